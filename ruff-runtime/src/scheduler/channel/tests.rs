//! Channels under any order of sending, receiving, giving up and giving back: no value is lost, doubled or overtaken.

use std::collections::BTreeSet;

use super::super::StrandId;
use super::*;

/// Numbers that look random, and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A channel, and fibers that wait at it, each for one thing.
struct World {
    channel: Channel,
    capacity: Option<usize>,
    waits: u32,
    receiving: BTreeSet<u32>,
    sending: BTreeSet<u32>,
    /// Values that were handed to somebody who has not gone on yet.
    handed: Vec<i64>,
    sent: i64,
    received: Vec<i64>,
}

impl World {
    fn new(capacity: Option<usize>) -> World {
        World {
            channel: Channel::new(capacity),
            capacity,
            waits: 0,
            receiving: BTreeSet::new(),
            sending: BTreeSet::new(),
            handed: Vec::new(),
            sent: 0,
            received: Vec::new(),
        }
    }

    fn wait(&mut self) -> Wait {
        self.waits += 1;
        Wait { strand: StrandId::NONE, number: self.waits, choice: None }
    }

    fn is_waiting(&self) -> impl Fn(Wait) -> bool + use<> {
        let waiting: BTreeSet<u32> = self.receiving.union(&self.sending).copied().collect();
        move |wait| waiting.contains(&wait.number)
    }

    fn send(&mut self) {
        let value = Value::Int(self.sent);
        self.sent += 1;
        match self.channel.send(value, &self.is_waiting()) {
            Sent::Queued => {}
            Sent::To(receiver, value) => self.hand(receiver, &value),
            Sent::Full(value) => {
                let wait = self.wait();
                self.channel.add_sender(wait, value, &self.is_waiting());
                self.sending.insert(wait.number);
            }
            Sent::Closed => panic!("the channel is open"),
        }
    }

    fn hand(&mut self, receiver: Wait, value: &Value) {
        assert!(self.receiving.remove(&receiver.number), "somebody waits");
        self.handed.push(number(value));
    }

    fn receive(&mut self) {
        match self.channel.receive(|| Duration::ZERO, &self.is_waiting()) {
            (Received::Value(value), freed) => {
                if let Some(Freed::Sender(sender)) = freed {
                    assert!(self.sending.remove(&sender.number), "somebody waits");
                }
                self.received.push(number(&value));
            }
            (Received::Nothing, None) => {
                let wait = self.wait();
                self.channel.add_receiver(wait, &self.is_waiting());
                self.receiving.insert(wait.number);
            }
            _ => panic!("the channel is open"),
        }
    }

    /// Somebody who waits is cancelled.
    fn give_up(&mut self, random: &mut Random) {
        let waiting = if random.below(2) == 0 { &mut self.receiving } else { &mut self.sending };
        let at = random.below(waiting.len().max(1) as u64);
        if let Some(&wait) = waiting.iter().nth(at as usize) {
            waiting.remove(&wait);
        }
    }

    /// Those who were handed values go on, but for one who is cancelled.
    fn go_on(&mut self, random: &mut Random) {
        let handed = std::mem::take(&mut self.handed);
        let cancelled = random.below(8);
        for (at, value) in (0..).zip(handed) {
            if at == cancelled {
                let returned = self.channel.give_back(Value::Int(value), &self.is_waiting());
                if let Some((receiver, value)) = returned {
                    self.hand(receiver, &value);
                }
            } else {
                self.received.push(value);
            }
        }
    }

    fn check(&self) {
        let line = self.channel.0.line.borrow();
        let is_waiting = self.is_waiting();
        let receivers = line.receivers.iter().filter(|wait| is_waiting(**wait)).count();
        let senders = line.senders.iter().filter(|(wait, _)| is_waiting(*wait)).count();
        assert_eq!((receivers, senders), (self.receiving.len(), self.sending.len()));
        assert!(receivers == 0 || line.queue.is_empty(), "nobody waits beside a value");
        let is_full = self.capacity.is_some_and(|capacity| line.queue.len() >= capacity);
        assert!(senders == 0 || is_full, "nobody waits beside room");
        assert!(receivers == 0 || senders == 0, "no two wait for each other");
    }

    /// All values that are somewhere, or were received.
    fn values(&self) -> Vec<i64> {
        let line = self.channel.0.line.borrow();
        let is_waiting = self.is_waiting();
        let waiting = line.senders.iter().filter(|(wait, _)| is_waiting(*wait));
        let queued = line.queue.iter().chain(waiting.map(|(_, value)| value)).map(number);
        let mut values: Vec<i64> = self.received.iter().chain(&self.handed).copied().chain(queued).collect();
        values.sort_unstable();
        values
    }
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        _ => panic!("only numbers are sent"),
    }
}

#[test]
fn no_value_is_lost_or_doubled() {
    for seed in 0..300 {
        let mut random = Random(seed);
        let capacity = [None, Some(0), Some(1), Some(3)][random.below(4) as usize];
        let mut world = World::new(capacity);
        for _ in 0..200 {
            let before = world.values();
            match random.below(9) {
                0..3 => world.send(),
                3..6 => world.receive(),
                6 => world.give_up(&mut random),
                _ => world.go_on(&mut random),
            }
            world.check();
            let after = world.values();
            // A value goes only with a sender who gives up, and none comes but by sending.
            assert!(after.len() + 1 >= before.len(), "seed {seed}: {before:?} {after:?}");
            assert!(after.windows(2).all(|pair| pair[0] < pair[1]), "seed {seed}: {after:?}");
        }
    }
}

#[test]
fn values_arrive_in_order_unless_one_is_given_back() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let mut world = World::new([None, Some(0), Some(2)][random.below(3) as usize]);
        for _ in 0..200 {
            if random.below(2) == 0 {
                world.send()
            } else {
                world.receive()
            }
            world.received.append(&mut world.handed);
        }
        assert!(world.received.is_sorted(), "seed {seed}: {:?}", world.received);
    }
}

#[test]
fn a_value_that_was_given_back_is_the_next_one() {
    let channel = Channel::new(Some(1));
    let nobody = |_: Wait| false;
    assert!(matches!(channel.send(Value::Int(2), &nobody), Sent::Queued));
    assert!(channel.give_back(Value::Int(1), &nobody).is_none());
    assert!(matches!(channel.send(Value::Int(3), &nobody), Sent::Full(_)));
    let received = || match channel.receive(|| Duration::ZERO, &nobody) {
        (Received::Value(value), None) => Some(number(&value)),
        _ => None,
    };
    assert_eq!([received(), received(), received()], [Some(1), Some(2), None]);
}
