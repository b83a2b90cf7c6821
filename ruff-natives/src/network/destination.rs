//! [`Destinations`]: where connections may lead. It is asked for the addresses that are connected to, not for names, so
//! that no name and no redirect gets around it.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use ruff_runtime::http::HttpProblem;
use url::{Host, Url};

use super::address::is_private;

const POLICY: &str = "RUFF_NET_DESTINATION_POLICY";
const LIFTED: &str = "RUFF_ALLOW_PRIVATE_NETWORK_DESTINATIONS";

/// Which destinations a program may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destinations {
    /// All.
    All,
    /// Those with public addresses alone.
    Public,
    /// None, since the environment names a policy that does not exist, this one.
    Unknown(String),
}

/// A destination with private addresses, sorted, where they are refused.
#[derive(Debug, thiserror::Error)]
#[error("blocked addresses")]
struct Blocked(Vec<IpAddr>);

/// A name without addresses.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Unresolved(#[from] io::Error);

impl Destinations {
    /// As the environment says, or `usual` if it says nothing.
    pub(super) fn of_environment(env: impl Fn(&str) -> Option<String>, usual: Destinations) -> Destinations {
        let value = |name| env(name).map(|value| value.trim().to_lowercase()).unwrap_or_default();
        let named = match value(POLICY).as_str() {
            "" => usual,
            "allow_all" | "allow-all" | "permissive" => Destinations::All,
            "deny_private" | "deny-private" | "strict" => Destinations::Public,
            _ => Destinations::Unknown(env(POLICY).unwrap_or_default()),
        };
        let is_lifted = matches!(value(LIFTED).as_str(), "1" | "true" | "yes" | "on");
        if named == Destinations::Public && is_lifted { Destinations::All } else { named }
    }

    /// Whether a URL may be asked as far as it says itself where it leads; names are looked at when they are resolved.
    pub(super) fn check(&self, url: &Url) -> Result<(), HttpProblem> {
        if url.port() == Some(0) {
            return Err(HttpProblem::Port);
        }
        let address = match (self, url.host()) {
            (Destinations::Unknown(policy), _) => return Err(HttpProblem::Policy(policy.clone())),
            (_, Some(Host::Ipv4(address))) => IpAddr::V4(address),
            (_, Some(Host::Ipv6(address))) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        self.judge(&[address]).map_err(|Blocked(addresses)| HttpProblem::Blocked(addresses))
    }

    /// One private address among them refuses all.
    fn judge(&self, addresses: &[IpAddr]) -> Result<(), Blocked> {
        let is_refused = |address: &IpAddr| *self != Destinations::All && is_private(*address);
        let mut refused: Vec<IpAddr> = addresses.iter().copied().filter(is_refused).collect();
        refused.sort_unstable();
        refused.dedup();
        if refused.is_empty() { Ok(()) } else { Err(Blocked(refused)) }
    }

    /// What was the matter with the destination of `url`, if that is why sending failed.
    pub(super) fn refusal(&self, error: &(dyn Error + 'static), url: &Url) -> Option<HttpProblem> {
        let mut errors = std::iter::successors(Some(error), |error| (*error).source());
        errors.find_map(|error| {
            if let Some(Blocked(addresses)) = error.downcast_ref() {
                return Some(HttpProblem::Blocked(addresses.clone()));
            }
            let Unresolved(why) = error.downcast_ref().filter(|_| *self != Destinations::All)?;
            let port = url.port_or_known_default().unwrap_or_default();
            let destination = format!("{}:{port}", url.host_str().unwrap_or_default());
            Some(HttpProblem::Unresolved(destination, why.to_string()))
        })
    }
}

impl Resolve for Destinations {
    fn resolve(&self, name: Name) -> Resolving {
        let destinations = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(Unresolved)?;
            let found: Vec<SocketAddr> = found.collect();
            let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
            destinations.judge(&addresses)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(policy: Option<&str>, lifted: Option<&str>) -> Destinations {
        let env = |name: &str| if name == POLICY { policy } else { lifted }.map(str::to_owned);
        Destinations::of_environment(env, Destinations::Public)
    }

    #[test]
    fn the_environment_says_which() {
        assert_eq!(of(None, None), Destinations::Public);
        assert_eq!(of(Some(" "), None), Destinations::Public);
        assert_eq!(of(Some(" Permissive"), None), Destinations::All);
        assert_eq!(of(Some("deny-private"), Some("0")), Destinations::Public);
        assert_eq!(of(Some("STRICT"), Some(" Yes ")), Destinations::All);
        assert_eq!(of(Some("All"), Some("1")), Destinations::Unknown("All".to_owned()));
    }

    #[test]
    fn addresses_in_urls_are_judged_however_they_are_written() {
        let check = |url: &str| Destinations::Public.check(&Url::parse(url).unwrap());
        let localhost = Err(HttpProblem::Blocked(vec!["127.0.0.1".parse().unwrap()]));
        for url in ["http://127.0.0.1:80/", "http://2130706433", "http://0x7f.1/", "http://127.1"] {
            assert_eq!(check(url), localhost, "{url}");
        }
        assert_eq!(check("http://[::1]/"), Err(HttpProblem::Blocked(vec!["::1".parse().unwrap()])));
        assert_eq!(check("http://1.1.1.1/"), Ok(()));
        assert_eq!(check("http://1.1.1.1:0/"), Err(HttpProblem::Port));
        let unknown = Destinations::Unknown("x".to_owned());
        assert!(unknown.check(&Url::parse("http://1.1.1.1/").unwrap()).is_err());
        assert_eq!(Destinations::All.check(&Url::parse("http://127.0.0.1/").unwrap()), Ok(()));
    }

    #[test]
    fn one_private_address_refuses_all() {
        let addresses = ["1.1.1.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"].map(|text| text.parse().unwrap());
        let Blocked(refused) = Destinations::Public.judge(&addresses).unwrap_err();
        assert_eq!(refused, addresses[1..3].iter().rev().copied().collect::<Vec<IpAddr>>());
    }
}
