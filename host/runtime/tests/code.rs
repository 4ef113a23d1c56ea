//! Code that is compiled by one engine and run by another.

#![allow(clippy::unwrap_used, reason = "tests end at what they did not expect")]

use std::path::Path;

use temps_plugin_runtime::{Code, CodeError, CodePlace, Component, Engine, InstanceCount, Limits, LoadError, MemoryBytes};

fn compile(guest: &str) -> Code {
    compile_bytes(&std::fs::read(guest).unwrap())
}

fn compile_bytes(component: &[u8]) -> Code {
    let engine = Engine::for_any_cpu(&Limits::default(), component).unwrap();
    Code::compile(&engine, component, Path::new("guest")).unwrap()
}

/// As if it had been read from somewhere.
#[expect(unsafe_code, reason = "code has to be trusted")]
fn read(bytes: &[u8]) -> Code {
    let bytes: &'static [u8] = Box::leak(bytes.into());
    // SAFETY: in these tests it is what was compiled, or what no engine takes.
    unsafe { Code::trusted(bytes) }
}

fn engine(place: CodePlace) -> Engine {
    Engine::for_code(&Limits::default(), place).unwrap()
}

#[tokio::test]
async fn it_runs_in_an_engine_without_a_compiler() {
    let code = compile(test_guests::NEVER_ANSWERS);
    for code in [read(code.as_bytes()), code] {
        let component = Component::from_code(&engine(CodePlace::Copied), &code, Path::new("guest")).unwrap();
        assert_eq!(component.describe().await.unwrap().0.manifest.name, "never-answers");
    }
}

#[tokio::test]
async fn it_runs_with_other_limits_than_it_was_compiled_with() {
    let code = compile(test_guests::NEVER_ANSWERS);
    for limits in
        [Limits::default().with_memory(MemoryBytes::mebibytes(17)), Limits::default().with_instances(InstanceCount::MOST)]
    {
        let engine = Engine::for_code(&limits, CodePlace::Copied).unwrap();
        let component = Component::from_code(&engine, &code, Path::new("guest")).unwrap();
        assert_eq!(component.describe().await.unwrap().0.manifest.name, "never-answers");
    }
}

#[test]
fn it_is_the_same_each_time() {
    assert!(compile(test_guests::NEVER_ANSWERS).as_bytes() == compile(test_guests::NEVER_ANSWERS).as_bytes());
}

#[test]
fn only_a_component_that_knows_its_lines_has_the_map_to_them() {
    let mut component = std::fs::read(test_guests::NEVER_ANSWERS).unwrap();
    let map = |code: &Code| code.as_bytes().windows(17).any(|bytes| bytes == b".wasmtime.addrmap");
    let without = compile_bytes(&component);
    assert!(!map(&without));
    // A custom section: its kind, its length, its name with its length, and nothing in it.
    component.extend_from_slice(b"\0\x0c\x0b.debug_line");
    let with = compile_bytes(&component);
    assert!(map(&with) && with.as_bytes().len() > without.as_bytes().len());
}

#[test]
fn what_is_not_at_a_pages_beginning_is_not_run_where_it_is() {
    let code = compile(test_guests::NEVER_ANSWERS);
    let shifted = [&[0], code.as_bytes()].concat();
    let error = Component::from_code(&engine(CodePlace::Mapped), &read(&shifted), Path::new("guest")).unwrap_err();
    assert!(matches!(error, CodeError::Unfit { .. }), "{error}");
    let error = Component::from_code(&engine(CodePlace::Mapped), &code, Path::new("guest")).unwrap_err();
    assert!(error.to_string().contains("page's beginning"), "{error}");
}

#[test]
fn what_is_no_code_does_not_fit() {
    for bytes in [&b""[..], b"no code at all", b"\x7fELF\x02\x01\x01"] {
        let error = Component::from_code(&engine(CodePlace::Copied), &read(bytes), Path::new("guest")).unwrap_err();
        assert!(matches!(error, CodeError::Unfit { .. }), "{error}");
    }
}

#[test]
fn what_is_no_component_is_not_compiled() {
    let engine = Engine::for_any_cpu(&Limits::default(), b"").unwrap();
    let compile = |bytes: &[u8]| Code::compile(&engine, bytes, Path::new("my.wasm")).unwrap_err();
    assert!(matches!(compile(b"\0asm\x01\0\0\0"), LoadError::CoreModule { .. }));
    assert!(matches!(compile(b"#!/bin/sh"), LoadError::NotAComponent { .. }));
    assert!(compile(b"\0asm\x0d\0\x01\0broken").to_string().contains("my.wasm"));
}

#[test]
fn a_component_of_another_world_does_not_run() {
    let empty = compile_bytes(b"\0asm\x0d\0\x01\0");
    let error = Component::from_code(&engine(CodePlace::Copied), &empty, Path::new("e.wasm")).unwrap_err();
    assert!(matches!(error, CodeError::Load(LoadError::OtherWorld { .. })), "{error}");
}
