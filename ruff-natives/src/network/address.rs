//! Which addresses lead to this machine, its own network, or nowhere in the public one.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first address of a block, and how many bits all of it have in common.
type Block<T> = (T, u32);

const V4: &[Block<Ipv4Addr>] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is reserved, and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

const V6: &[Block<Ipv6Addr>] = &[
    (Ipv6Addr::UNSPECIFIED, 128),
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// IPv6 blocks whose addresses stand for IPv4 ones, and how far from the right end those lie. Teredo has two, of which
/// the second is inverted.
const EMBEDDING: &[(Block<Ipv6Addr>, u32, u32)] = &[
    ((Ipv6Addr::UNSPECIFIED, 96), 0, 0),
    ((Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), 0, 0),
    ((Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96), 0, 0),
    ((Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), 80, 0),
    ((Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32), 64, 0),
    ((Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32), 0, u32::MAX),
];

/// Whether an address is not one of the public network.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address.to_bits()),
        IpAddr::V6(address) => is_private_v6(address.to_bits()),
    }
}

fn is_private_v4(bits: u32) -> bool {
    V4.iter().any(|(first, common)| (bits ^ first.to_bits()).leading_zeros() >= *common)
}

fn is_private_v6(bits: u128) -> bool {
    let is_in = |(first, common): &Block<Ipv6Addr>| (bits ^ first.to_bits()).leading_zeros() >= *common;
    let embedded = EMBEDDING.iter().filter(|(block, ..)| is_in(block));
    V6.iter().any(is_in)
        // The cast takes the lowest 32 bits.
        || embedded.map(|(_, shift, inverted)| (bits >> shift) as u32 ^ inverted).any(is_private_v4)
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn private_addresses_and_their_neighbours() {
        let private = "0.1.2.3 10.255.0.1 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.31.255.255 192.0.0.1 \
             192.0.2.9 192.168.1.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 \
             :: ::1 fc00::1 fdff::1 fe80::1 fec0::1 ff02::1 2001:db8::1 \
             ::ffff:127.0.0.1 ::10.0.0.1 64:ff9b::10.0.0.1 2002:7f00:1::1 2001:0:7f00:1:: 2001::80ff:fffe";
        let public = "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.0.0.1 128.0.0.1 169.253.0.1 \
             172.15.0.1 172.32.0.1 191.255.255.255 192.0.1.1 192.0.3.1 192.169.0.1 198.17.0.1 198.20.0.1 223.255.255.255 \
             2606:4700::1111 2001:db9::1 fbff::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2002:101:101::1 \
             2001:0:101:101:0:0:fefe:fefe";
        for address in private.split_whitespace() {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        for address in public.split_whitespace() {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
