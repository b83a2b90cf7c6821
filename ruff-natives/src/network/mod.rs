//! The network as [`SystemHost`](crate::SystemHost) reaches it: which destinations a program may have, and the one client
//! that all its requests share. Nothing else opens connections.

mod address;
mod client;
mod destination;
mod exchange;
mod tls;

pub(crate) use client::Client;
pub use destination::Destinations;

/// How a host reaches the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Where to.
    pub destinations: Destinations,
    /// Whether requests go through the proxies that the environment names. Never under [`Destinations::Public`]: where
    /// a proxy leads nobody can judge.
    pub uses_proxies: bool,
}

impl Network {
    /// Straight to any destination, whatever the environment says.
    pub fn direct() -> Network {
        Network { destinations: Destinations::All, uses_proxies: false }
    }

    /// As the variables of the environment say, which `env` looks up; `usual` is the policy if they say nothing.
    pub(crate) fn of_environment(env: impl Fn(&str) -> Option<String>, usual: Destinations) -> Network {
        Network { destinations: Destinations::of_environment(env, usual), uses_proxies: true }
    }
}
