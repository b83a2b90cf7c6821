//! The opcode table: every instruction once, with its operands, and a sentence on what it does. The disassembler,
//! the verifier and the liveness pass are made from it.

/// How an instruction uses one of its three operand fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Not used.
    None,
    /// A register that is written.
    Def,
    /// A register that is read, and taken when its kill bit is set.
    Use,
    /// A register that is read and never taken.
    Peek,
    /// A register that is read and written.
    Change,
    /// First of a run of registers that are taken; the run's length depends on the opcode.
    Run,
    /// A small signed number.
    Imm,
    /// A constant.
    Const,
    /// A distance in instructions from the next one.
    Jump,
    /// A global slot.
    Global,
    /// An index into one of the chunk's side tables, or a small unsigned number.
    Index,
    /// Part of the 32-bit number in `b` and `c`: a jump distance.
    WideJump,
    /// Part of the 32-bit number in `b` and `c`: anything else.
    Wide,
}

macro_rules! opcodes {
    ($($name:ident $a:ident $b:ident $c:ident $doc:literal;)*) => {
        /// What an instruction does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            // As code, in which `a[b]` is no link.
            $(#[doc = concat!("`", $doc, "`")] $name,)*
        }

        impl Op {
            /// Every opcode, in the order of the table.
            pub const ALL: &'static [Op] = &[$(Op::$name,)*];

            /// The name shown by the disassembler.
            pub fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// What it does, in a sentence.
            pub fn doc(self) -> &'static str {
                match self { $(Op::$name => $doc,)* }
            }

            /// How it uses its fields `a`, `b` and `c`.
            pub fn roles(self) -> [Role; 3] {
                match self { $(Op::$name => [Role::$a, Role::$b, Role::$c],)* }
            }
        }
    };
}

opcodes! {
    // Loads and moves.
    LoadNull        Def None None   "a = null";
    LoadBool        Def Index None  "a = b is not 0";
    LoadInt         Def Wide Wide   "a = the number in b and c";
    LoadConst       Def Wide Wide   "a = the constant in b and c";
    LoadUndefined   Def None None   "a = the marker of a variable whose declaration has not run";
    LoadNothing     Def None None   "a = None";
    LoadSelf        Def None None   "a = the running closure";
    Move            Def Use None    "a = b";
    Take            Def Peek None   "a = b, leaving null in b: a move whose source dies";
    Drop            Def None None   "a = null: releases a value whose register died";
    CheckDefined    Peek Wide Wide  "fails with `Undefined variable` (name: constant in b and c) if a is undefined";

    // Variables shared between closures, captures, globals.
    NewCell         Def Use None    "a = a new cell that holds b";
    GetCell         Def Peek None   "a = what the cell b holds";
    SetCell         Peek Use None   "the cell a now holds b";
    GetCapture      Def Index None  "a = the closure's captured value b";
    GetCaptureCell  Def Index None  "a = what the closure's captured cell b holds";
    SetCaptureCell  Index Use None  "the closure's captured cell a now holds b";
    GetGlobal       Def Wide Wide   "a = the global; fails if its declaration has not run";
    PeekGlobal      Def Wide Wide   "a = the global, or the undefined marker";
    SetGlobal       Use Wide Wide   "the global = a";

    // Arithmetic. I: c is a small int; K: c is a constant; R: the constant c is the left operand.
    // With the swap bit the constant is the left operand of a commutative one.
    Add             Def Use Use     "a = b + c";
    Sub             Def Use Use     "a = b - c";
    Mul             Def Use Use     "a = b * c";
    Div             Def Use Use     "a = b / c";
    Mod             Def Use Use     "a = b % c";
    AddI            Def Use Imm     "a = b + c, c a small int";
    SubI            Def Use Imm     "a = b - c, c a small int";
    MulI            Def Use Imm     "a = b * c, c a small int";
    DivI            Def Use Imm     "a = b / c, c a small int";
    ModI            Def Use Imm     "a = b % c, c a small int";
    AddK            Def Use Const   "a = b + c, c a constant";
    SubK            Def Use Const   "a = b - c, c a constant";
    MulK            Def Use Const   "a = b * c, c a constant";
    DivK            Def Use Const   "a = b / c, c a constant";
    ModK            Def Use Const   "a = b % c, c a constant";
    SubR            Def Use Const   "a = c - b, c a constant";
    DivR            Def Use Const   "a = c / b, c a constant";
    ModR            Def Use Const   "a = c % b, c a constant";
    Neg             Def Use None    "a = -b";
    Not             Def Use None    "a = !b";
    BitNot          Def Use None    "a = ~b";
    Operate         Def Use Use     "a = b op c, op in the kind bits: powers and operators on bits";
    ToBool          Def Use None    "a = whether b is truthy";

    // Comparison to a value.
    Eq              Def Use Use     "a = b == c";
    Ne              Def Use Use     "a = b != c";
    Lt              Def Use Use     "a = b < c";
    Le              Def Use Use     "a = b <= c";
    Gt              Def Use Use     "a = b > c";
    Ge              Def Use Use     "a = b >= c";

    // Membership. With the negated bit: whether it is not.
    In              Def Use Use     "a = whether b is in c";
    InRange         Def Use Run     "a = whether b is one of the ints from c to below c+1";

    // Comparison and branch: to c when the truth of the comparison equals the sense bit.
    JumpEq          Use Use Jump    "branch on a == b";
    JumpNe          Use Use Jump    "branch on a != b";
    JumpLt          Use Use Jump    "branch on a < b";
    JumpLe          Use Use Jump    "branch on a <= b";
    JumpGt          Use Use Jump    "branch on a > b";
    JumpGe          Use Use Jump    "branch on a >= b";
    JumpEqI         Use Imm Jump    "branch on a == b, b a small int";
    JumpNeI         Use Imm Jump    "branch on a != b, b a small int";
    JumpLtI         Use Imm Jump    "branch on a < b, b a small int";
    JumpLeI         Use Imm Jump    "branch on a <= b, b a small int";
    JumpGtI         Use Imm Jump    "branch on a > b, b a small int";
    JumpGeI         Use Imm Jump    "branch on a >= b, b a small int";
    JumpEqK         Use Const Jump  "branch on a == b, b a constant";
    JumpNeK         Use Const Jump  "branch on a != b, b a constant";
    JumpLtK         Use Const Jump  "branch on a < b, b a constant";
    JumpLeK         Use Const Jump  "branch on a <= b, b a constant";
    JumpGtK         Use Const Jump  "branch on a > b, b a constant";
    JumpGeK         Use Const Jump  "branch on a >= b, b a constant";

    // Other branches.
    Jump            None WideJump WideJump  "go on there";
    JumpTrue        Use WideJump WideJump   "branch if a is truthy";
    JumpFalse       Use WideJump WideJump   "branch if a is not truthy";
    JumpNull        Peek WideJump WideJump  "branch if a is null";
    JumpNotNull     Peek WideJump WideJump  "branch if a is not null";
    JumpDefined     Peek WideJump WideJump  "branch if a is not the undefined marker";
    JumpUnlessVariant Peek Index Jump       "branch unless a is the variant of pattern b";
    JumpUnlessExact Peek Const Jump         "branch unless a equals the constant b by the exact relation";
    JumpUnwrap      Def Peek Jump           "if b is Ok or Some: a = its payload and branch; fails if b is no Result or Option";

    // Building values.
    NewArray        Def Run Index   "a = the array of c registers from b";
    ArrayPush       Change Use None "the array a gets b at its end";
    ArraySpread     Change Use None "the array a gets the elements of the array b";
    Range           Def Run None    "a = the array of the ints from b to below b+1";
    NewDict         Def Index None  "a = an empty dict with room for b entries";
    DictInsert      Change Use Use  "the dict a gets b: c";
    DictSpread      Change Use None "the dict a gets the entries of the dict b";
    NewStruct       Def Run Index   "a = the struct of site c with its fields from b";
    NewVariant      Def Run Index   "a = the enum value of site c with its payload from b";
    Wrap            Def Use Index   "a = Ok, Err or Some (c: 0, 1, 2) of b";
    Interpolate     Def Run Index   "a = the texts of c registers from b, joined";
    Closure         Def Wide Wide   "a = a closure of the function in b and c";
    NewStructDef    Def Index None  "a = the struct declaration of site b, without methods";
    AddMethod       Peek Use Const  "the struct declaration a gets the method b named c";
    AddDefault      Peek Use Const  "the struct declaration a gets the default b of field c";

    // Access.
    GetIndex        Def Use Use     "a = b[c]";
    GetIndexI       Def Use Imm     "a = b[c], c a small int";
    GetIndexK       Def Use Const   "a = b[c], c a constant string";
    GetField        Def Use Index   "a = b.name of site c";
    GetReceiverField Def Peek Index "a = b.name of site c, or the undefined marker";
    Slice           Def Use Run     "a = b[c..c+1], or b[c..=c+1] with the inclusive bit";
    SetIndex        Change Peek Use "a[b] = c";
    SetField        Change Use Index "a.name of site c = b";
    UpdateIndex     Change Peek Use "a[b] = a[b] op c, op in the kind bits";
    UpdateField     Change Use Index "a.name of site c = a.name op b, op in the kind bits";
    GetPlace        Def Index None  "a = the value at place b; with the lenient bit null where a dict lacks the last key";
    SetPlace        Use Index None  "the place b = a";
    UpdatePlace     Use Index None  "the place b = itself op a, op in the kind bits";
    ExtendPlace     Peek Index Jump "branch if the place b holds text or an array and grows by the registers from a, as many as the kind bits say; else nothing happens";
    JumpHas         None Index Jump "branch if the place b is an entry that its dict has";
    GetPayload      Def Use Imm     "a = item c of the variant b, null if it has no such item";
    UnpackIndex     Def Peek Imm    "a = element c of the array b, null if b has none";
    UnpackRest      Def Use Imm     "a = the elements of the array b from c on";
    UnpackKey       Def Peek Const  "a = entry or field c of b, null if b has none";
    UnpackDictRest  Def Use Index   "a = the entries of the dict b without the keys of site c";
    Len             Def Use None    "a = len(b)";
    RangeLen        Def Run None    "a = how many ints range counts from b to b+1 by b+2, which is never built";
    Push            Def Use Use     "a = push(b, c)";

    // Calls. The kind field is the count of arguments, or says that one array holds them; `NO_REGISTER` as destination drops the result.
    Call            Run Def None    "b = the callee a called with the arguments behind it";
    CallGlobal      Run Def Global  "b = the function in global c called with the arguments behind a";
    CallNative      Run Def Const   "b = the builtin c called with the arguments from a";
    Invoke          Run Def Index   "b = the method of site c called on the receiver behind a";
    InvokeLocal     Run Def Index   "as Invoke on the variable of site c, which receives what the method changes";
    InvokePlace     Run Def Index   "as Invoke on the place of site c, which receives what the method changes";
    Return          Use None None   "ends the function with a";
    ReturnNull      None None None  "ends the function with null";
    Yield           Def Use None    "hands b to the consumer of the generator; a = null when it goes on";
    Await           Def Use None    "a = the result of the promise b, or b itself";
    Spawn           Peek None None  "starts the closure a concurrently";

    // Errors.
    Throw           Use None None   "raises a";
    Raise           None Wide Wide  "raises the prepared error in b and c";
    RaiseUnhandled  Peek None None  "raises that the Err or None in a was not handled";

    // Loops. The iterated value, a hidden counter and the variable stand in consecutive registers.
    ForPrep         Change WideJump WideJump "prepares iteration over a and goes to its ForNext";
    ForNext         Peek WideJump WideJump   "a+2 = the next item and branch, else go on";
    RangePrep       Change WideJump WideJump "prepares counting from a to a+1 and goes to its RangeNext";
    RangeNext       Peek WideJump WideJump   "a+2 = the next number and branch, else go on";
    StepPrep        Change WideJump WideJump "prepares counting from a to a+1 by a+2 and goes to its StepNext";
    StepNext        Peek WideJump WideJump   "a+3 = the next number and branch, else go on";

    // Modules.
    Import          Def Wide Wide   "a = the namespace of the module of site b and c, run if it was not yet";
    ImportAll       Peek Index None "binds every export of the module a in this module's globals (site b)";
    GetExport       Def Peek Const  "a = export c of the module b";
    GetExportType   Def Peek Const  "a = exported struct or enum c of the module b, or the undefined marker";
    GetImported     Def Peek Const  "a = export c of the module b, or the undefined marker";
}

/// As a call's destination: the result is dropped.
pub const NO_REGISTER: u16 = u16::MAX;

/// In the kind field of a call: its one argument is an array, whose elements are the arguments. No call has so many.
pub const SPREAD: u8 = u8::MAX;

/// In the kind field: register `a` dies here.
pub const KILL_A: u8 = 0x10;
/// In the kind field: register `b` dies here.
pub const KILL_B: u8 = 0x20;
/// In the kind field: register `c` dies here.
pub const KILL_C: u8 = 0x40;
/// In the kind field of a compare-and-branch: branch when the comparison holds.
pub const SENSE: u8 = 0x01;
/// In the kind field of GetField: nobody looks at the field any more, so that a struct without other owners gives it away.
pub const FIELD_DIES: u8 = 0x01;
/// In the kind field of AddK, MulK, AddI, MulI: the constant is the left operand.
pub const SWAP: u8 = 0x01;

/// In the kind field of In and InRange: the answer is turned around.
pub const NEGATED: u8 = 0x01;
/// In the kind field of Slice: the end belongs to it.
pub const INCLUSIVE: u8 = 0x01;
/// In the kind field of GetPlace: a last key that its dict lacks gives null.
pub const LENIENT: u8 = 0x01;
/// In the kind field of AddI, RangePrep and RangeLen: the bounds of a range are written with `..`, and ints.
pub const BOUND: u8 = 0x02;

/// One instruction, 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub struct Instr {
    /// What it does.
    pub op: Op,
    /// Flags, an operator or a count, as the opcode says.
    pub kind: u8,
    /// First operand.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

const _: () = assert!(size_of::<Instr>() == 8);

impl Instr {
    /// An instruction with three operands.
    pub fn new(op: Op, a: u16, b: u16, c: u16) -> Self {
        Instr { op, kind: 0, a, b, c }
    }

    /// An instruction with a register and a 32-bit operand.
    pub fn wide(op: Op, a: u16, number: i32) -> Self {
        let [b0, b1, c0, c1] = number.to_le_bytes();
        Instr { op, kind: 0, a, b: u16::from_le_bytes([b0, b1]), c: u16::from_le_bytes([c0, c1]) }
    }

    /// The same with its kind field set.
    #[must_use]
    pub fn with_kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }

    /// The 32-bit operand in `b` and `c`.
    #[inline]
    pub fn wide_operand(self) -> i32 {
        (i32::from(self.c.cast_signed()) << 16) | i32::from(self.b)
    }

    /// The 32-bit operand in `b` and `c` as an index.
    #[inline]
    pub fn wide_index(self) -> usize {
        self.wide_operand().cast_unsigned() as usize
    }

    /// Operand `c` as a signed number.
    #[inline]
    pub fn imm_c(self) -> i16 {
        self.c.cast_signed()
    }

    /// Operand `b` as a signed number.
    #[inline]
    pub fn imm_b(self) -> i16 {
        self.b.cast_signed()
    }

    /// The distance of a jump from the next instruction, if it is one.
    pub fn jump(self) -> Option<i32> {
        let roles = self.op.roles();
        if roles.contains(&Role::WideJump) {
            Some(self.wide_operand())
        } else if roles[2] == Role::Jump {
            Some(i32::from(self.imm_c()))
        } else {
            None
        }
    }

    /// Whether the next instruction is never reached through this one.
    pub fn ends_flow(self) -> bool {
        matches!(self.op, Op::Jump | Op::Return | Op::ReturnNull | Op::Throw | Op::Raise | Op::RaiseUnhandled)
    }
}
