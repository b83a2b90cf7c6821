//! How fast a large ordinary program is cut into tokens, parsed and resolved, in bytes a second.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ruff_syntax::{ParseOptions, lexer, parse, resolve};

/// A program of ordinary style; repeated with other names it makes a large one.
const PIECE: &str = r#"
# Reads the orders of a customer and adds them up.
struct OrderN {
    id: int
    items: Array<string>
    total: float = 0.0

    func add(self, name, price) {
        self.items := push(self.items, name)
        self.total += price
        return self
    }
}

func summarizeN(orders, limit) {
    mut sum := 0.0
    let names := []
    for order in orders {
        if order.total > limit && len(order.items) != 0 {
            sum += order.total * 1.19 - 3
        } else if order.id == 0 {
            continue
        }
        for i in range(len(order.items)) {
            names_by_id[order.id] := "${order.id}: ${order.items[i]} of ${names[i] ?? "nobody"}"
        }
    }
    match sum {
        case 0: { return Err("no orders") }
        default: { return Ok({"sum": sum, "count": len(orders), "limit": limit}) }
    }
}

resultN := summarizeN(map(load_orders("orders.json"), func(o) { return OrderN { id: o.id, items: [] } }), 100)
try {
    print("total", resultN?.sum)
} except e {
    print("failed: " + e.message) // and go on
}
"#;

fn benches(criterion: &mut Criterion) {
    let source: String = (0..1000).map(|number| PIECE.replace('N', &number.to_string())).collect();
    let parsed = parse(&source, ParseOptions::default());
    assert_eq!(parsed.diagnostics, []);
    let mut group = criterion.benchmark_group("syntax");
    group.throughput(Throughput::Bytes(source.len() as u64));
    group.sample_size(20);
    group.bench_function("lex", |bencher| bencher.iter(|| lexer::lex(black_box(&source))));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| parse(black_box(&source), ParseOptions::default()));
    });
    group.bench_function("resolve", |bencher| {
        bencher.iter(|| resolve::resolve(black_box(&parsed.module), resolve::Options::default()));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
