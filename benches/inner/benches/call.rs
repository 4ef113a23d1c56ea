//! A request into the guest and back, without a socket. What headers cost is the difference between two of them.

use bench_inner::{Error, answer, plugin, request, runtime};
use bytes::Bytes;
use criterion::Criterion;

const CASES: [(&str, &str, &str, usize, usize); 6] = [
    ("json, 4 headers", "GET", "/hello/7", 4, 0),
    ("json, 36 headers", "GET", "/hello/7", 36, 0),
    ("20 rows", "GET", "/items", 4, 0),
    ("echo 1 KiB", "POST", "/echo", 4, 1 << 10),
    ("stream 64 KiB", "GET", "/stream", 4, 0),
    ("platform", "GET", "/project/7", 4, 0),
];

fn main() -> Result<(), Error> {
    let (runtime, folder) = (runtime()?, tempfile::tempdir()?);
    let plugin = plugin(&runtime, folder.path())?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("call");
    for (name, method, path, headers, length) in CASES {
        let request = request(method, path, headers, &Bytes::from(vec![b'x'; length]))?;
        group.bench_function(name, |bencher| bencher.iter_custom(|times| answer(&runtime, &plugin, request.clone(), times)));
    }
    group.finish();
    runtime.block_on(plugin.stop());
    criterion.final_summary();
    Ok(())
}
