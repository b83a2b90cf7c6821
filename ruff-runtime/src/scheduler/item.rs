//! [`Item`]: a value in a channel, or on its way out of one.

use crate::isolate::Parcel;
use crate::value::Value;

/// A value in a channel: as it is if the channel is known to one isolate, else written down.
#[derive(Clone)]
pub(crate) enum Item {
    /// As it is.
    Here(Value),
    /// Written down. Apart, since most are not.
    Packed(Box<Parcel>),
}

impl Item {
    /// What is written down.
    pub(crate) fn packed(parcel: Parcel) -> Item {
        Item::Packed(Box::new(parcel))
    }
}
