//! What handles do from when they are made to when nobody has them any more.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use ruff_contracts::completeness::handle_mismatches;
use ruff_contracts::lifecycle::{
    Event, Events, LifeCycle, Model, OneShot, Raised, STREAM_ACTIONS, STREAM_DECLARATIONS, Stream,
    assert_lifecycle, assert_one_shot_lifecycle, assert_stream_lifecycle, evaluate, fails, stream,
};
use ruff_contracts::prober::accepted_call;
use ruff_runtime::native::TypeWord;

/// The kinds of handles whose life cycles are tested here.
const KINDS: [&str; 13] = [
    "ArgParser",
    "Channel",
    "Promise",
    "Semaphore",
    "TaskGroup",
    "TaskHandle",
    "channel",
    "generator",
    "iterator",
    "promise",
    "semaphore",
    "taskgroup",
    "taskhandle",
];

#[test]
fn every_kind_of_handle_has_a_life_cycle() {
    let problems = handle_mismatches(ruff_natives::test_registry().iter(), &KINDS);
    assert!(problems.is_empty(), "{}", problems.join("; "));
}

#[test]
fn a_generator() {
    let handle = |make, values, error| Stream {
        kind: "generator",
        declarations: "\
func* numbers(count) { for i in range(count) { yield i } }
func* failing(count) { for i in range(count) { yield i } error(\"boom\") }
",
        make,
        values,
        error,
    };
    assert_stream_lifecycle(&handle("numbers(0)", &[], None));
    assert_stream_lifecycle(&handle("numbers(3)", &["0", "1", "2"], None));
    assert_stream_lifecycle(&handle("failing(0)", &[], Some("boom")));
    assert_stream_lifecycle(&handle("failing(2)", &["0", "1"], Some("boom")));
}

#[test]
fn a_running_generator_cannot_be_resumed_and_goes_on() {
    let program = "\
mut it := null
func* numbers() {
    mut seen := []
    try { it.next() } except e { seen = [e.message] }
    for use in [func() { return it.collect() }, func() { for x in it { return x } }] {
        try { use() } except e { seen = [...seen, e.message] }
    }
    yield seen
    yield 2
}
it = numbers()
[it.next(), it.next(), it.next(), it.next()]";
    let running = "\"Generator is already running\"";
    let expected = format!("[Some([{running}, {running}, {running}]), Some(2), None, None]");
    assert_eq!(evaluate(program), Ok(expected));
}

#[test]
fn an_iterator_that_its_function_resumes_is_running_too() {
    let program = "\
mut it := null
func* numbers() { yield 1; yield 2 }
it = numbers().map(func(x) { return it.next() })
mut message := null
try { it.next() } except e { message = e.message }
[message, it.next(), it.next()]";
    assert_eq!(evaluate(program), Ok("[\"Generator is already running\", None, None]".to_owned()));
}

/// Every builtin that calls back: the function resumes a generator, inside another one, and fails there once.
#[test]
fn generators_are_resumed_from_callbacks() {
    let mut tried = 0;
    for def in ruff_natives::test_registry().iter().filter(|def| !def.is_hidden()) {
        // Those for fibers call in another one, later.
        let calls_back = def.params.iter().any(|param| param.types.contains(&TypeWord::Function))
            && def.family != "concurrency";
        if !calls_back {
            continue;
        }
        tried += 1;
        let plain = accepted_call(def, str::to_owned);
        let resuming = accepted_call(def, |code| {
            let (head, body) = code.split_once('{').expect("the example is a function");
            format!("{head}{{ drawn = numbers.next() {body}")
        });
        let failing = accepted_call(def, |code| {
            let (head, body) = code.split_once('{').expect("the example is a function");
            format!("{head}{{ drawn = broken.next() {body}")
        });
        let program = format!(
            "func* count() {{ mut n := 0; loop {{ n += 1; yield n }} }}
numbers := count()
func* failing() {{ error(\"boom\") }}
broken := failing()
mut drawn := None
func* outer() {{ yield {resuming}; yield {failing} }}
it := outer()
let first := it.next()
mut message := null
try {{ it.next() }} except e {{ message = e.message }}
[first == Some({plain}), drawn != None, message, it.next(), broken.next()]"
        );
        assert_eq!(evaluate(&program), Ok("[true, true, \"boom\", None, None]".to_owned()), "{program}");
    }
    assert!(tried >= 7, "{tried}");
}

/// What drawing from a [`Source`] gives.
type Number = Result<i64, Raised>;

/// What an iterator draws from, together with everybody else who does.
#[derive(Clone)]
struct Source(Rc<RefCell<VecDeque<Number>>>);

impl Source {
    /// 1 to 5, and with `fails` an error after the third.
    fn new(fails: bool) -> Source {
        let mut events: VecDeque<_> = (1..=5).map(Ok).collect();
        if fails {
            events.truncate(3);
            events.push_back(Err(Raised("boom".to_owned())));
        }
        Source(Rc::new(RefCell::new(events)))
    }
}

impl Iterator for Source {
    type Item = Number;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.borrow_mut().pop_front()
    }
}

const SOURCE: &str = "\
func* five() { for i in range(1, 6) { yield i } }
func* three() { yield 1; yield 2; yield 3; error(\"boom\") }
";

/// Tries an iterator over a generator, with somebody else drawing from the generator in between.
fn assert_iterator(make: &str, events: impl Fn(Source) -> Events) {
    for (fails, source) in [(false, "five"), (true, "three")] {
        let model = || -> Model {
            let mut source = Source::new(fails);
            let mut model = stream(events(source.clone()));
            Box::new(move |action| match action {
                0..4 => model(action),
                // Whoever draws the error gets it; afterwards the generator is at its end.
                _ => stream(Box::new(source.by_ref().map(show).take(1).collect::<Vec<_>>().into_iter()))(0),
            })
        };
        let actions = [&STREAM_ACTIONS[..], &["source.next()"]].concat();
        let cycle = LifeCycle {
            kind: "iterator",
            declarations: &format!("{STREAM_DECLARATIONS}{SOURCE}source := {source}()\n"),
            make,
            actions: &actions,
            afterwards: Some("first(source.map(func(x) { return x }))").filter(|_| !fails),
            model: &model,
        };
        assert_lifecycle(&cycle, 3);
    }
}

fn show(event: Number) -> Event {
    event.map(|number| number.to_string())
}

#[test]
fn map() {
    let events = |source: Source| -> Events { Box::new(source.map(|event| show(event.map(|n| n * 10)))) };
    assert_iterator("source.map(func(x) { return x * 10 })", events);
}

#[test]
fn a_map_whose_function_fails() {
    let events = |source: Source| -> Events {
        Box::new(source.map(|event| match event? {
            2 => Err(Raised("Division by zero".to_owned())),
            number => Ok((2 / (2 - number)).to_string()),
        }))
    };
    assert_iterator("map(source, func(x) { return 2 / (2 - x) })", events);
}

#[test]
fn filter() {
    let events = |source: Source| -> Events {
        Box::new(source.filter(|event| event.as_ref().map_or(true, |n| n % 2 == 0)).map(show))
    };
    assert_iterator("source.filter(func(x) { return x % 2 == 0 })", events);
}

#[test]
fn take_draws_no_more_than_it_gives() {
    assert_iterator("source.take(2)", |source| Box::new(source.take(2).map(show)));
    assert_iterator("source.take(0)", |source| Box::new(source.take(0).map(show)));
    assert_iterator("source.take(9)", |source| Box::new(source.take(9).map(show)));
}

#[test]
fn skip_draws_when_it_is_asked() {
    let events = |mut source: Source| -> Events {
        let mut left = 2;
        Box::new(std::iter::from_fn(move || {
            loop {
                match source.next() {
                    Some(Ok(_)) if left > 0 => left -= 1,
                    event => return event.map(show),
                }
            }
        }))
    };
    assert_iterator("source.skip(2)", events);
}

#[test]
fn enumerate() {
    let events = |source: Source| -> Events {
        let mut index = 0;
        Box::new(source.map(move |event| {
            let pair = format!("[{index}, {}]", event?);
            index += 1;
            Ok(pair)
        }))
    };
    assert_iterator("source.enumerate()", events);
}

#[test]
fn chunk() {
    let events = |mut source: Source| -> Events {
        Box::new(std::iter::from_fn(move || {
            let piece: Result<Vec<String>, Raised> = source.by_ref().take(2).map(show).collect();
            match piece {
                Ok(piece) if piece.is_empty() => None,
                piece => Some(piece.map(|piece| format!("[{}]", piece.join(", ")))),
            }
        }))
    };
    assert_iterator("source.chunk(2)", events);
}

#[test]
fn flatten() {
    let events = |mut source: Source| -> Events {
        let mut again = None;
        Box::new(std::iter::from_fn(move || {
            again.take().map(Ok).or_else(|| {
                let event = source.next().map(show);
                again = event.clone().and_then(Result::ok);
                event
            })
        }))
    };
    assert_iterator("source.map(func(x) { return [x, x] }).flatten()", events);
}

#[test]
fn zip_stops_at_the_shorter() {
    let pair = |event: Number, other: &str| event.map(|n| format!("[{n}, \"{other}\"]"));
    let events = move |source: Source| -> Events {
        let mut others = ["a", "b"].into_iter();
        // The left one is asked first; what it gave is lost when the right one is at its end.
        Box::new(
            source
                .map_while(move |event| match event {
                    Ok(_) => others.next().map(|other| pair(event, other)),
                    failed => Some(show(failed)),
                })
                .fuse(),
        )
    };
    assert_iterator("source.zip([\"a\", \"b\"])", events);
}

/// A channel that only one fiber knows: nobody waits, so receiving from an empty one gives null.
#[test]
fn a_channel() {
    let actions = [
        "h.send(1)",
        "h.send(h.len()); h.receive()",
        "h.try_receive()",
        "copy := h; copy.close()",
        "[h.is_closed(), h.len()]",
        "\"${h}\"",
    ];
    let model = || -> Model {
        let mut queue = VecDeque::new();
        let mut is_open = true;
        Box::new(move |action| match action {
            0 | 1 if !is_open => fails("Channel is closed"),
            0 => {
                queue.push_back(1);
                "true".to_owned()
            }
            1 => {
                queue.push_back(queue.len());
                queue.pop_front().map_or("null".to_owned(), |value| value.to_string())
            }
            2 => queue.pop_front().map_or("None".to_owned(), |value| format!("Some({value})")),
            3 => std::mem::replace(&mut is_open, false).to_string(),
            4 => format!("[{}, {}]", !is_open, queue.len()),
            _ => format!("\"Channel({}, {} queued)\"", if is_open { "open" } else { "closed" }, queue.len()),
        })
    };
    let cycle = LifeCycle {
        kind: "channel",
        declarations: "",
        make: "channel()",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 3);
}

/// A channel with room for two values: nobody makes room meanwhile, so waiting for it is an error.
#[test]
fn a_bounded_channel() {
    let actions = [
        "h.try_send(1)",
        "h.send(h.len())",
        "h.receive()",
        "h.receive_timeout(1)",
        "copy := h; copy.close()",
        "[h.is_closed(), h.capacity(), \"${h}\"]",
    ];
    let model = || -> Model {
        let mut queue: VecDeque<usize> = VecDeque::new();
        let mut is_open = true;
        let stuck = || fails("Deadlock: all fibers are blocked (1 fibers)");
        Box::new(move |action| match action {
            0 | 1 if !is_open => fails("Channel is closed"),
            0 if queue.len() == 2 => "false".to_owned(),
            1 if queue.len() == 2 => stuck(),
            0 => {
                queue.push_back(1);
                "true".to_owned()
            }
            1 => {
                queue.push_back(queue.len());
                "true".to_owned()
            }
            2 if queue.is_empty() && is_open => stuck(),
            2 | 3 => queue.pop_front().map_or("null".to_owned(), |value| value.to_string()),
            4 => std::mem::replace(&mut is_open, false).to_string(),
            _ => {
                let state = if is_open { "open" } else { "closed" };
                format!("[{}, 2, \"Channel({state}, {} queued)\"]", !is_open, queue.len())
            }
        })
    };
    let cycle = LifeCycle {
        kind: "channel",
        declarations: "",
        make: "bounded_channel(2)",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 4);
}

/// A ticker under a clock that moves by waiting alone: ticks that come while one waits are one with it.
#[test]
fn a_ticker() {
    let actions =
        ["h.receive()", "h.try_receive()", "sleep(7)", "sleep(23)", "h.len()", "copy := h; copy.close()"];
    let model = || -> Model {
        let (mut now, mut given, mut is_open) = (0, 0, true);
        let mut closed_at = 0;
        Box::new(move |action| {
            // While it is open, and for what waited when it was closed.
            let has_tick = if is_open { now / 10 > given } else { closed_at / 10 > given };
            match action {
                0 | 1 if has_tick => {
                    given = now / 10;
                    if action == 0 { given.to_string() } else { format!("Some({given})") }
                }
                0 if is_open => {
                    given += 1;
                    now = given * 10;
                    given.to_string()
                }
                0 => "null".to_owned(),
                1 => "None".to_owned(),
                2 | 3 => {
                    now += if action == 2 { 7 } else { 23 };
                    "0".to_owned()
                }
                4 => usize::from(has_tick).to_string(),
                _ => {
                    closed_at = if is_open { now } else { closed_at };
                    std::mem::replace(&mut is_open, false).to_string()
                }
            }
        })
    };
    let cycle = LifeCycle {
        kind: "channel",
        declarations: "",
        make: "ticker(10)",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 4);
}

/// A semaphore has as many permits as it began with, whatever is done with them.
#[test]
fn a_semaphore() {
    let actions = [
        "h.available()",
        "h.with(func() { return h.available() })",
        "h.with(func() { throw(\"no\") })",
        "copy := h; copy.with(func() { return h.with(func() { return h.available() }) })",
        "h.with(func() { return h.with(func() { return h.with(func() { return 1 }) }) })",
        "h.with(async func() { await async_sleep(1)\n return h.available() })",
    ];
    let model = || -> Model {
        Box::new(|action| match action {
            0 => "2".to_owned(),
            1 | 5 => "1".to_owned(),
            2 => fails("no"),
            3 => "0".to_owned(),
            _ => fails("Deadlock: all fibers are blocked (1 fibers)"),
        })
    };
    let cycle = LifeCycle {
        kind: "semaphore",
        declarations: "",
        make: "semaphore(2)",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 3);
}

/// A promise that the program settles: the first that does decides.
#[test]
fn a_deferred_promise() {
    let actions = [
        "d.resolve(7)",
        "d[\"reject\"](\"no\")",
        "d.resolve(promise_resolve(8))",
        "h.state()",
        "await h",
        "len(await promise_all_settled([h, h]))",
    ];
    let model = || -> Model {
        let mut outcome: Option<Result<i64, &str>> = None;
        let stuck = || fails("Deadlock: all fibers are blocked (1 fibers)");
        Box::new(move |action| match (action, outcome) {
            (0..3, Some(_)) => "false".to_owned(),
            (0..3, None) => {
                outcome = Some([Ok(7), Err("no"), Ok(8)][action]);
                "true".to_owned()
            }
            (3, None) => "\"pending\"".to_owned(),
            (3, Some(Ok(_))) => "\"resolved\"".to_owned(),
            (3, Some(Err(_))) => "\"rejected\"".to_owned(),
            (_, None) => stuck(),
            (4, Some(Ok(value))) => value.to_string(),
            (4, Some(Err(message))) => fails(message),
            (_, Some(_)) => "2".to_owned(),
        })
    };
    let cycle = LifeCycle {
        kind: "promise",
        declarations: "d := deferred()\n",
        make: "d[\"promise\"]",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 3);
}

/// A promise settles once, and gives the same to everybody and always.
#[test]
fn a_promise() {
    let actions = [
        "await h",
        "copy := h; await copy",
        "await async_timeout(h, 5)",
        "\"${h}\"",
        "sleep(10)",
        "h.cancel()",
    ];
    let cases = [
        ("async func work() { return 7 }", true, Ok("7")),
        ("async func work() { throw(\"no\") }", true, Err("no")),
        ("async func work() { sleep(1); return 7 }", false, Ok("7")),
        ("async func work() { sleep(1); throw(\"no\") }", false, Err("no")),
    ];
    for (declaration, is_at_once, outcome) in cases {
        let model = || -> Model {
            let (mut is_settled, mut outcome) = (is_at_once, outcome);
            Box::new(move |action| match action {
                3 if !is_settled => "\"Promise(Pending)\"".to_owned(),
                3 => match outcome {
                    Ok(value) => format!("\"Promise(Resolved: {value})\""),
                    Err(message) => format!("\"Promise(Rejected: {message})\""),
                },
                5 if is_settled => "false".to_owned(),
                5 => {
                    outcome = Err("Task was cancelled");
                    "true".to_owned()
                }
                4 => {
                    is_settled = true;
                    "0".to_owned()
                }
                _ => {
                    is_settled = true;
                    outcome.map_or_else(fails, str::to_owned)
                }
            })
        };
        // An error that no action sees is reported at the end.
        let cycle = LifeCycle {
            kind: "promise",
            declarations: &format!("{declaration}\n"),
            make: "work()",
            actions: &actions,
            afterwards: None,
            model: &model,
        };
        assert_lifecycle(&cycle, 3);
    }
}

/// A task group, from outside of its body: it starts children until it is over, and is over when it is cancelled or its
/// body and its children have ended.
#[test]
fn a_task_group() {
    let actions = [
        "h.start(func() { sleep(1) }); h.len()",
        "h.start_task(func() { return 1 }); h.len()",
        "await h.start(func() { return 7 })",
        "h.cancel()",
        "copy := h; copy.is_cancelled()",
        "sleep(5)",
    ];
    for (make, lives) in [("opened()", true), ("task_group(func(g) { return g })", false)] {
        let model = || -> Model {
            let (mut is_over, mut is_cancelled) = (!lives, false);
            let mut children = 0;
            Box::new(move |action| match action {
                0..=2 if is_over => fails("Task group is closed"),
                0 | 1 => {
                    children += u32::from(!is_cancelled);
                    children.to_string()
                }
                2 if is_cancelled => fails("Task was cancelled"),
                2 => "7".to_owned(),
                3 if is_over || is_cancelled => "false".to_owned(),
                3 => {
                    is_cancelled = true;
                    "true".to_owned()
                }
                4 => is_cancelled.to_string(),
                _ => {
                    (is_over, children) = (true, 0);
                    "0".to_owned()
                }
            })
        };
        let cycle = LifeCycle {
            kind: "taskgroup",
            declarations: "\
func opened() {
    mut group := null
    async func hold() {
        task_group(func(g) {
            group := g
            sleep(3)
        })
    }
    hold()
    return group
}
",
            make,
            actions: &actions,
            afterwards: None,
            model: &model,
        };
        assert_lifecycle(&cycle, 3);
    }
}

/// What a task gives: a value, or an error.
type TaskResult = Result<&'static str, &'static str>;

/// A task gives its result to one; cancelling ends what has not ended.
#[test]
fn a_task() {
    let actions = [
        "await await_task(h)",
        "copy := h; await copy",
        "cancel_task(h)",
        "sleep(5)",
        "\"${h}\"",
        "h.await_result()",
        "[h.cancel(), h.state()]",
    ];
    let cases: [(&str, TaskResult); 4] = [
        ("spawn_task(func() { return 7 })", Ok("7")),
        ("spawn_task(async func() { sleep(2); return 7 })", Ok("7")),
        ("spawn_task(func() { throw(\"no\") })", Err("no")),
        ("spawn_task(func() { sleep(2); throw(\"no\") })", Err("no")),
    ];
    for (make, result) in cases {
        let model = || -> Model {
            let (mut is_over, mut state) = (false, "Running");
            Box::new(move |action| match (action, state) {
                (0 | 1 | 5, "Cancelled") => fails("Task handle already consumed (task was cancelled)"),
                (0 | 1 | 5, "Consumed") => fails("Task handle already consumed"),
                (0 | 1 | 5, _) => {
                    (is_over, state) = (true, "Consumed");
                    result.map_or_else(fails, str::to_owned)
                }
                (2, "Running") => {
                    state = "Cancelled";
                    "true".to_owned()
                }
                (2, _) => "false".to_owned(),
                (3, before) => {
                    if before == "Running" && !is_over {
                        (is_over, state) = (true, "Finished");
                    }
                    "0".to_owned()
                }
                (4, _) => format!("\"TaskHandle({state})\""),
                (_, before) => {
                    state = if before == "Running" { "Cancelled" } else { before };
                    format!("[{}, \"{}\"]", before == "Running", state.to_lowercase())
                }
            })
        };
        let cycle = LifeCycle {
            kind: "taskhandle",
            declarations: "",
            make,
            actions: &actions,
            afterwards: None,
            model: &model,
        };
        assert_lifecycle(&cycle, 3);
    }
}

/// Whatever a task does, it does it once. `corpus/contracts/tasks/one_shot` is the same for programs of Ruff's.
// row: C105 C106 M17 M18 M19 M20 M21 M22
#[test]
fn a_task_is_used_once() {
    let cases: [(&str, TaskResult); 4] = [
        ("spawn_task(func() { })", Ok("null")),
        ("spawn_task(func() { return 7 })", Ok("7")),
        ("spawn_task(async func() { sleep(2); return [1] })", Ok("[1]")),
        ("spawn_task(func() { throw(\"no\") })", Err("no")),
    ];
    for (make, result) in cases {
        assert_one_shot_lifecycle(&OneShot {
            kind: "taskhandle",
            make,
            result,
            consumed: "Task handle already consumed",
            cancelled: "Task handle already consumed (task was cancelled)",
        });
    }
}

/// A parser of arguments is a value: adding makes another one, and parsing changes nothing.
#[test]
fn an_arg_parser() {
    let actions = [
        "h = h.add_argument(\"--count\", \"type\", \"int\", \"default\", \"3\"); len(h._args)",
        "h = h.add_argument(\"--must\", \"required\", true); len(h._args)",
        "h = h.add_argument(\"--bad\", \"type\", \"zebra\"); len(h._args)",
        "h.add_argument(\"--lost\"); len(h._args)",
        "h.parse()",
        "copy := h; copy = copy.add_argument(\"--copied\", \"type\", \"bool\"); [copy.parse(), len(h._args)]",
    ];
    let model = || -> Model {
        let mut added: Vec<&str> = Vec::new();
        Box::new(move |action| {
            let missing = || fails("Required argument --must is missing");
            match action {
                0 => added.push("count"),
                1 => added.push("must"),
                2 => return fails("Unknown argument type: zebra"),
                3 => {}
                _ if added.contains(&"must") => return missing(),
                4 if added.is_empty() => return "{}".to_owned(),
                4 => return "{\"count\": 3}".to_owned(),
                _ if added.is_empty() => return "[{\"copied\": false}, 0]".to_owned(),
                _ => return format!("[{{\"copied\": false, \"count\": 3}}, {}]", added.len()),
            }
            added.len().to_string()
        })
    };
    let cycle = LifeCycle {
        kind: "struct",
        declarations: "",
        make: "arg_parser()",
        actions: &actions,
        afterwards: None,
        model: &model,
    };
    assert_lifecycle(&cycle, 4);
}
