//! Bundles whose code does not run here: the component is compiled, and kept.

use rustix::process::Signal;

use crate::compiled;
use crate::support::{Launcher, Pack, Start, binary};

/// Starts twice in the same place. The second does not compile.
async fn compiles_once(start: Start, level: &str, said: &str) {
    let mut first = start.ready().await;
    assert_eq!(first.get("/hello/7").await.status, 200);
    assert!(compiled(&first));
    let line = said_why(&first, said).await;
    assert!(line.contains(&format!(r#""level":"{level}""#)), "{line}");
    first.signal(Signal::TERM);
    assert!(first.exit().await.success());
    let second = first.again().ready().await;
    assert_eq!(second.get("/hello/7").await.status, 200);
    assert!(!compiled(&second));
    second.logged("kept code is used").await;
    said_why(&second, said).await;
}

async fn said_why(launcher: &Launcher, said: &str) -> String {
    let line = launcher.logged(said).await;
    assert!(line.contains("its component is compiled"), "{line}");
    line
}

#[tokio::test]
async fn without_code_the_component_is_compiled_once() {
    let start = Start::with_binary(&binary(&Pack::hello().without_code()));
    compiles_once(start, "INFO", "the bundle has no code").await;
}

#[tokio::test]
async fn code_of_another_engine_is_not_run() {
    let mut pack = Pack::hello().clone();
    // wasmtime's major version stands in the code behind its length, and begins what an engine says of itself.
    let version = b"\0\x0248";
    let at = pack.code.windows(version.len()).position(|bytes| bytes == version).expect("the version of wasmtime");
    pack.code[at + 2..at + 4].copy_from_slice(b"47");
    compiles_once(pack.start(), "WARN", "incompatible version '47'").await;
}

#[tokio::test]
async fn what_is_no_code_is_not_run() {
    let mut pack = Pack::hello().clone();
    pack.code = b"no code at all".to_vec();
    compiles_once(pack.start(), "WARN", "the bundle's code does not run here").await;
}

#[tokio::test]
async fn two_of_one_file_compile_side_by_side() {
    let file = binary(&Pack::hello().without_code());
    let (first, second) = tokio::join!(Start::with_binary(&file).ready(), Start::with_binary(&file).ready());
    for launcher in [first, second] {
        assert!(compiled(&launcher));
        assert_eq!(launcher.get("/hello/7").await.status, 200);
    }
}

#[tokio::test]
async fn two_in_one_place_do_not_get_in_each_others_way() {
    let running = Start::with_binary(&binary(&Pack::hello().without_code())).ready().await;
    let data = running.folder().join("data");
    let start = Pack::hello().start();
    std::os::unix::fs::symlink(data, start.folder().join("data")).unwrap();
    let mut second = start.spawn();
    second.manifest().await;
    second.launch().await;
    second.fails(8, &["in use by another launcher"]).await;
    assert_eq!(running.get("/hello/7").await.status, 200);
}
