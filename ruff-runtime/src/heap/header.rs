//! [`Header`]: what every heap object starts with.

use std::cell::Cell;

use crate::value::Value;

/// The count of an object's owners, and one more number.
///
/// Objects that contain values note how deeply those nest. Objects that can close a cycle nest nothing and note where
/// [`super::registry`] keeps them instead. While the cycle collector looks around it puts its own number for an object
/// in the place of the depth, which it knows meanwhile: that spares it a table of everything it has seen.
///
/// # Invariants
/// `count` comes first: `value::repr` counts owners without knowing what kind of object it is.
#[repr(C)]
pub(super) struct Header {
    count: Cell<u32>,
    /// The depth, or the lower half of the number.
    lower: Cell<u16>,
    /// 0 if there is no number, else one more than its upper half.
    upper: Cell<u16>,
}

impl Header {
    /// Numbers stay below this one.
    const NUMBERS: u32 = (u16::MAX as u32) << 16;

    /// The header of an object with one owner.
    #[inline]
    pub(super) fn new(depth: u16) -> Header {
        Header { count: Cell::new(1), lower: Cell::new(depth), upper: Cell::new(0) }
    }

    /// The header of a value's object; nothing for kinds that have none.
    #[inline]
    pub(super) fn of(value: &Value) -> Option<&Header> {
        Some(match value {
            Value::Int(_)
            | Value::Float(_)
            | Value::Bool(_)
            | Value::Null
            | Value::Nothing
            | Value::Short(_)
            | Value::Native(..)
            | Value::Undefined => return None,
            Value::Str(object) => object.header(),
            Value::Array(object) => object.header(),
            Value::Dict(object) => object.header(),
            Value::Struct(object) => object.header(),
            Value::Tagged(object) => object.header(),
            Value::Closure(object) => object.header(),
            Value::Bound(object) => object.header(),
            Value::Host(object) => object.header(),
            Value::Bytes(object) => object.header(),
            Value::Set(object) => object.header(),
            Value::Queue(object) => object.header(),
            Value::Stack(object) => object.header(),
            Value::Generator(object) => object.header(),
            Value::Error(object) => object.header(),
            Value::StructDef(object) => object.header(),
            Value::Module(object) => object.header(),
            Value::Cell(object) => object.header(),
            Value::Handle(object) => object.header(),
        })
    }

    /// The number of owners.
    #[inline]
    pub(super) fn count(&self) -> u32 {
        self.count.get()
    }

    /// Counts one more owner.
    #[inline(always)]
    pub(super) fn retain(&self) {
        let count = self.count.get().wrapping_add(1);
        self.count.set(count);
        if count == 0 {
            self.refuse_owner();
        }
    }

    /// Counts one owner less and tells whether it was the last.
    #[inline(always)]
    pub(super) fn release(&self) -> bool {
        let count = self.count.get().wrapping_sub(1);
        self.count.set(count);
        count == 0
    }

    /// Owners can be forgotten without being released, so a count too large for memory can be reached after all.
    #[cold]
    #[inline(never)]
    fn refuse_owner(&self) -> ! {
        self.count.set(u32::MAX);
        panic!("an object has more than {} owners", u32::MAX);
    }

    /// Levels of values nested inside. Objects with a number have none.
    #[inline]
    pub(super) fn depth(&self) -> u16 {
        self.lower.get()
    }

    /// Notes a depth in the place of whatever was noted.
    #[inline]
    pub(super) fn set_depth(&self, depth: u16) {
        self.lower.set(depth);
        self.upper.set(0);
    }

    /// The number, if one is noted.
    #[inline]
    pub(super) fn number(&self) -> Option<u32> {
        let upper = self.upper.get().checked_sub(1)?;
        Some(u32::from(upper) << 16 | u32::from(self.lower.get()))
    }

    /// Notes a number in the place of the depth; tells whether it is small enough for that.
    #[inline]
    pub(super) fn set_number(&self, number: usize) -> bool {
        let Some(number) = u32::try_from(number).ok().filter(|&number| number < Self::NUMBERS) else {
            return false;
        };
        // The lower half; the upper one is below the largest 16-bit number.
        self.lower.set(number as u16);
        self.upper.set((number >> 16) as u16 + 1);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_the_place_of_the_depth() {
        let header = Header::new(7);
        assert_eq!((header.depth(), header.number()), (7, None));
        for number in [0, 1, 0xffff, 0x1_0000, 0x1234_5678, Header::NUMBERS - 1] {
            assert!(header.set_number(number as usize));
            assert_eq!(header.number(), Some(number));
        }
        assert!(!header.set_number(Header::NUMBERS as usize));
        header.set_depth(7);
        assert_eq!((header.depth(), header.number(), header.count()), (7, None, 1));
    }

    #[test]
    fn the_count_never_wraps_to_nobody() {
        let header = Header::new(0);
        header.count.set(u32::MAX - 1);
        header.retain();
        let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| header.retain()));
        assert!(refused.is_err());
        assert_eq!(header.count(), u32::MAX);
    }
}
