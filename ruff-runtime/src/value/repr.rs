//! What the dispatch loop does with values all day: sharing one and overwriting one, without asking which kind it is.
//!
//! Both rest on the fixed layout of [`Value`]: kinds from [`Value::FIRST_HEAP_TAG`] on hold one pointer, in the second
//! word, to an object that starts with its count.
#![expect(
    unsafe_code,
    reason = "counts owners without a branch for each kind; 5 to 20 % on programs that share values"
)]

use std::cell::Cell;
use std::mem::MaybeUninit;

use super::Value;

/// Which object a value leads to.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    /// Where it is.
    pub(super) address: usize,
    /// Others lead to it too.
    pub(super) is_shared: bool,
}

impl Value {
    /// The count of owners of a heap value's object; nothing for other kinds.
    #[inline(always)]
    fn count(&self) -> Option<&Cell<u32>> {
        if !self.is_heap() {
            return None;
        }
        let words = std::ptr::from_ref(self).cast::<*const Cell<u32>>();
        // SAFETY: a value has two words.
        let second = unsafe { words.add(1) };
        // SAFETY: the second word of a heap kind is a pointer, see the head of this file.
        let object = unsafe { *second };
        // SAFETY: the count includes this value, so the object is alive; `Ref` and `StructRef` put the count first.
        Some(unsafe { &*object })
    }

    /// Which object a value leads to; all zero for kinds that have none.
    #[inline]
    pub(super) fn object(&self) -> Identity {
        let count = self.count();
        Identity {
            address: count.map_or(0, |count| std::ptr::from_ref(count) as usize),
            is_shared: count.is_some_and(|count| count.get() > 1),
        }
    }

    /// Gives up what the value owns; it must be overwritten without being dropped.
    #[inline(always)]
    fn let_go(&mut self) {
        if let Some(count) = self.count() {
            match count.get() {
                1 => self.free(),
                owners => count.set(owners.wrapping_sub(1)),
            }
        }
    }

    /// Frees the object that only this value owns; the value must be overwritten without being dropped.
    #[inline(never)]
    fn free(&mut self) {
        drop(std::mem::take(self));
    }

    /// Gives up what the value owns; it must be overwritten without being dropped. If it is the last owner, somebody else
    /// has to free the object.
    #[inline(always)]
    fn part_with(&self) -> Option<Last> {
        let count = self.count()?;
        match count.get() {
            1 => Some(Last(self.bits(), Bits::NULL)),
            owners => {
                count.set(owners.wrapping_sub(1));
                None
            }
        }
    }

    /// Overwrites a value with an int; what it owned is the caller's to let go.
    #[inline(always)]
    pub(crate) fn replace_int(&mut self, int: i64) -> Result<(), Last> {
        self.replace_words(u64::from(INT), int.cast_unsigned())
    }

    /// The same for a float.
    #[inline(always)]
    pub(crate) fn replace_float(&mut self, float: f64) -> Result<(), Last> {
        self.replace_words(u64::from(FLOAT), float.to_bits())
    }

    /// The same for a bool.
    #[inline(always)]
    pub(crate) fn replace_bool(&mut self, truth: bool) -> Result<(), Last> {
        self.replace_words(u64::from(BOOL) | u64::from(truth) << 8, 0)
    }

    /// The same for null.
    #[inline(always)]
    pub(crate) fn replace_null(&mut self) -> Result<(), Last> {
        self.replace_words(u64::from(NULL), 0)
    }

    #[inline(always)]
    fn replace_words(&mut self, head: u64, payload: u64) -> Result<(), Last> {
        self.replace(Bits { head: MaybeUninit::new(head), payload: MaybeUninit::new(payload) })
    }

    /// The same for a value that is on its way.
    #[inline(always)]
    pub(crate) fn replace(&mut self, bits: Bits) -> Result<(), Last> {
        let last = self.part_with();
        let words = std::ptr::from_mut(self).cast::<MaybeUninit<u64>>();
        // SAFETY: a value has two words; what it owned was given up above.
        unsafe { words.write(bits.head) };
        // SAFETY: as above; the words are a value's, whose owner this one becomes.
        unsafe { words.add(1).write(bits.payload) };
        last.map_or(Ok(()), Err)
    }

    /// The bits of this value.
    #[inline(always)]
    pub(crate) fn into_bits(self) -> Bits {
        // SAFETY: a value is two words, and so are its bits.
        unsafe { std::mem::transmute::<Value, Bits>(self) }
    }

    /// Overwrites a value with null and releases what it owned.
    #[inline(always)]
    pub(crate) fn put_null(&mut self) {
        self.put_bits(Bits::NULL);
    }

    /// The bits of another owner of this value.
    #[inline(always)]
    pub(crate) fn share(&self) -> Bits {
        if let Some(count) = self.count() {
            retain(count);
        }
        self.bits()
    }

    /// The bits of this value, which is null from now on.
    #[inline(always)]
    pub(crate) fn take_bits(&mut self) -> Bits {
        let bits = self.bits();
        let words = std::ptr::from_mut(self).cast::<u64>();
        // SAFETY: a value has two words; the bits own what it owned.
        unsafe { words.write(u64::from(NULL)) };
        bits
    }

    /// Reads the two words one by one. A value was mostly written so a moment ago, and a processor can only forward a
    /// recent store to a load that it covers: one load of both words would wait for the cache.
    #[inline(always)]
    fn bits(&self) -> Bits {
        let words = std::ptr::from_ref(self).cast::<MaybeUninit<u64>>();
        // SAFETY: a value has two words, of which some bytes may be uninitialised.
        let head = unsafe { words.read_volatile() };
        // SAFETY: as above.
        let payload = unsafe { words.add(1).read_volatile() };
        Bits { head, payload }
    }

    /// Overwrites a value with one that is on its way.
    #[inline(always)]
    pub(crate) fn put_bits(&mut self, bits: Bits) {
        self.let_go();
        let words = std::ptr::from_mut(self).cast::<MaybeUninit<u64>>();
        // SAFETY: a value has two words; what it owned was given up above.
        unsafe { words.write(bits.head) };
        // SAFETY: as above; the words are a value's, whose owner this one becomes.
        unsafe { words.add(1).write(bits.payload) };
    }
}

/// Counts one more owner.
#[inline(always)]
fn retain(count: &Cell<u32>) {
    let owners = count.get().wrapping_add(1);
    count.set(owners);
    // Only owners that were forgotten and never dropped can be that many.
    if owners == 0 {
        too_many_owners();
    }
}

#[cold]
#[inline(never)]
fn too_many_owners() -> ! {
    panic!("internal error: a value has 2^32 owners");
}

/// The two words of a value on its way from one place to another. They own what the value owns: put them somewhere.
#[must_use]
#[repr(C)]
pub(crate) struct Bits {
    head: MaybeUninit<u64>,
    payload: MaybeUninit<u64>,
}

impl Bits {
    /// Null.
    pub(crate) const NULL: Bits = Bits { head: MaybeUninit::new(NULL as u64), payload: MaybeUninit::new(0) };

    /// Puts the value into uninitialised memory.
    ///
    /// # Safety
    /// `place` has room for a value.
    #[inline(always)]
    pub(crate) unsafe fn write(self, place: *mut Value) {
        let words = place.cast::<MaybeUninit<u64>>();
        // SAFETY: a value has two words.
        unsafe { words.write(self.head) };
        // SAFETY: as above.
        unsafe { words.add(1).write(self.payload) };
    }

    /// Ends the way of the value.
    #[inline(always)]
    pub(crate) fn discard(self) -> Result<(), Last> {
        // SAFETY: the head of a value begins with its tag, which is initialised.
        let tag = unsafe { self.head.as_ptr().cast::<u8>().read() };
        if tag < Value::FIRST_HEAP_TAG { Ok(()) } else { Err(Last(self, Bits::NULL)) }
    }

    /// The value itself.
    #[inline(always)]
    pub(crate) fn into_value(self) -> Value {
        let mut value = Value::Null;
        value.put_bits(self);
        value
    }
}

/// Up to two owners of objects, the last ones perhaps, that are to be let go. They were overwritten in a place where freeing
/// objects would cost those who never do.
#[must_use]
pub(crate) struct Last(Bits, Bits);

impl Last {
    /// Lets go of the objects.
    #[inline(always)]
    pub(crate) fn free(self) {
        drop(self.0.into_value());
        drop(self.1.into_value());
    }

    /// What is left to let go of two, each of which is one owner.
    #[inline(always)]
    pub(crate) fn both(first: Result<(), Last>, second: Result<(), Last>) -> Result<(), Last> {
        match (first, second) {
            (Err(first), Err(second)) => Err(Last(first.0, second.0)),
            (first, Ok(())) => first,
            (Ok(()), second) => second,
        }
    }
}

const INT: u8 = 0;
const FLOAT: u8 = 1;
const BOOL: u8 = 2;
const NULL: u8 = 3;

const _: () = assert!(cfg!(target_endian = "little"), "the tag is the lowest byte of a value's first word");

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if let Some(count) = self.count() {
            retain(count);
        }
        // SAFETY: the new owner was counted; kinds without an object own nothing.
        unsafe { std::ptr::read(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sharing_and_overwriting_keep_the_count() {
        let text = "a text that does not fit into the value itself";
        let mut values = [Value::str(text), Value::Int(1), Value::Null, Value::array(vec![Value::str(text)])];
        for value in &mut values {
            let before = value.count().map(Cell::get);
            let mut copy = value.clone();
            assert_eq!(value.count().map(Cell::get), before.map(|count| count + 1));
            assert!(crate::value::exactly_equal(&copy, value));
            copy.replace_int(7).unwrap_or_else(Last::free);
            assert_eq!(value.count().map(Cell::get), before);
            value.put_bits(copy.into_bits());
            assert!(matches!(value, Value::Int(7)));
        }
    }

    #[test]
    fn words_make_the_values_they_mean() {
        let mut value = Value::str("a text that does not fit into the value itself");
        value.replace_int(-5).unwrap_or_else(Last::free);
        assert!(matches!(value, Value::Int(-5)));
        value.replace_float(-0.5).unwrap_or_else(Last::free);
        assert!(matches!(value, Value::Float(float) if float == -0.5));
        value.replace_bool(true).unwrap_or_else(Last::free);
        assert!(matches!(value, Value::Bool(true)));
        value.replace_bool(false).unwrap_or_else(Last::free);
        assert!(matches!(value, Value::Bool(false)));
        value.put_null();
        assert!(matches!(value, Value::Null));
        for mut value in [Value::str("short"), Value::str("a text that does not fit into the value itself")] {
            let before = value.count().map(Cell::get);
            let shared = value.share().into_value();
            assert_eq!(shared.as_str(), value.as_str());
            let taken = value.take_bits().into_value();
            assert!(matches!(value, Value::Null));
            drop(shared);
            assert_eq!(taken.count().map(Cell::get), before);
        }
    }

    #[test]
    fn every_heap_kind_starts_with_its_count() {
        let kinds = [
            Value::str("a text that does not fit into the value itself"),
            Value::array(vec![]),
            Value::Dict(crate::value::Dict::with_capacity(0)),
            Value::ok(Value::Null),
            Value::Bytes(crate::value::Bytes::from_vec(vec![1])),
            Value::Struct(crate::heap::StructRef::new(
                crate::shape::Shape::new(crate::value::Sym::new("S"), None, Box::default()),
                &mut [],
            )),
        ];
        assert!(kinds.iter().all(|kind| kind.count().is_some_and(|count| count.get() == 1)));
    }
}
