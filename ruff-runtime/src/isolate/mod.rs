//! Isolates: machines with values of their own that run beside each other.
//!
//! A [`Program`] is all isolates of an engine. It begins in one, on the engine's thread; whatever that or another starts is
//! a [`Guest`](guest::Guest), and shares a thread with others in a [`Yard`](yard::Yard): that of a worker, or the engine's
//! own if the host works on one only. Guests take turns, at safepoints and when they wait. Isolates share nothing but
//! code: what goes from one to another is written down in a [`Parcel`] and delivered to the other's [`Mailbox`].

mod census;
pub(crate) mod code;
mod declared;
mod guest;
mod mail;
mod member;
mod pack;
mod parcel;
mod program;
mod seat;
mod store;
mod unpack;
mod yard;

pub(crate) use mail::{Answer, Mail, Mailbox, Patience};
pub(crate) use member::Member;
pub(crate) use pack::Stuck;
pub(crate) use parcel::{Packed, Parcel};
pub(crate) use program::Program;
pub(crate) use seat::Seat;
pub(crate) use store::Added;

use declared::Declared;
