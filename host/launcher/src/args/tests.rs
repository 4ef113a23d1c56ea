use std::time::Duration;

use temps_plugin_policy::UserHeader;
use temps_plugin_runtime::MemoryBytes;

use super::*;

const V2: [&str; 4] = ["--socket-path", "/s", "--data-dir", "/d"];

fn run(argv: &[&str]) -> Args {
    match parse(argv.iter().map(OsString::from)).unwrap() {
        Command::Run(args) => *args,
        other => panic!("{other:?}"),
    }
}

fn refused(argv: &[&str]) -> String {
    parse(argv.iter().map(OsString::from)).unwrap_err().to_string()
}

fn with(extra: &[&'static str]) -> Vec<&'static str> {
    V2.iter().copied().chain(extra.iter().copied()).collect()
}

#[test]
fn v1_is_told_by_the_secret() {
    let args = run(&["--socket-path", "/s", "--database-url", "postgres://x", "--auth-secret", "a", "--data-dir", "/d"]);
    assert!(matches!(args.dialect, Dialect::V1 { auth_secret } if auth_secret == "a"));
    assert_eq!(args.socket_path, PathBuf::from("/s"));
    assert_eq!(args.data_dir, PathBuf::from("/d"));
    assert!(args.warnings.is_empty());
}

#[test]
fn v2_is_told_by_its_absence() {
    let args = run(&with(&["--host-api-url", "http://localhost"]));
    assert_eq!(args.dialect.version(), ProtocolVersion::V2);
    assert!(args.warnings.is_empty());
}

#[test]
fn a_blank_secret_is_still_v1() {
    assert_eq!(run(&with(&["--auth-secret", ""])).dialect.version(), ProtocolVersion::V1);
}

#[test]
fn unknown_arguments_are_warnings_without_their_values() {
    let args = run(&["--new-token", "hunter2", "--newer=hunter3", "stray", "-x", "--socket-path=/s", "--data-dir", "/d"]);
    assert_eq!(args.warnings.len(), 4, "{:?}", args.warnings);
    let warnings = args.warnings.join("\n");
    assert!(warnings.contains("`--new-token`") && warnings.contains("`--newer`") && warnings.contains("`-x`"));
    assert!(!warnings.contains("hunter") && !warnings.contains("stray"));
    assert_eq!(args.socket_path, PathBuf::from("/s"));
}

#[test]
fn an_unknown_flag_does_not_swallow_a_known_one() {
    let args = run(&["--new", "--socket-path", "/s", "--data-dir", "/d"]);
    assert_eq!(args.socket_path, PathBuf::from("/s"));
}

#[test]
fn a_known_flag_needs_its_value() {
    assert!(refused(&["--data-dir", "/d", "--socket-path"]).contains("`--socket-path` needs a value"));
    assert!(refused(&["--socket-path", "--data-dir", "/d"]).contains("`--socket-path` needs a value"));
    assert!(refused(&["--socket-path", "", "--data-dir", "/d"]).contains("`--socket-path` is empty"));
    assert!(refused(&["--socket-path", "/s"]).contains("`--data-dir` is missing"));
    assert!(refused(&[]).contains("`--socket-path` is missing"));
}

#[test]
fn a_value_may_begin_with_dashes() {
    let args = run(&with(&["--auth-secret", "--odd"]));
    assert!(matches!(args.dialect, Dialect::V1 { auth_secret } if auth_secret == "--odd"));
}

#[test]
fn text_that_is_not_utf8_is_a_path_but_no_secret() {
    let odd = || OsString::from_vec(vec![b'/', 0xff]);
    let argv = |flag: &str| vec!["--socket-path".into(), odd(), "--data-dir".into(), "/d".into(), flag.into(), odd()];
    assert!(matches!(parse(argv("--component")), Ok(Command::Run(_))));
    assert!(parse(argv("--auth-secret")).unwrap_err().to_string().contains("`--auth-secret` is not UTF-8"));
}

#[test]
fn limits_are_set_by_name() {
    let args = run(&with(&["--limit", "channel_time=2s", "--limit=memory=64MiB"]));
    let mut limits = Limits::default().with_memory(MemoryBytes::mebibytes(7)).with_in_flight(7);
    args.limits.apply(&mut limits).unwrap();
    assert_eq!(limits.channel_time(), Duration::from_secs(2));
    assert_eq!(limits.memory().get(), 64 << 20);
    assert_eq!(limits.in_flight(), 7);
}

#[test]
fn a_wrong_limit_is_a_usage_error() {
    for (given, said) in [("memry=1", "`memry`"), ("memory=lots", "`lots`"), ("memory", "`memory`"), ("drain_time=0s", "`0s`")] {
        let error = refused(&with(&["--limit", given]));
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_policy_file_is_named() {
    assert_eq!(run(&with(&["--policy", "/p.toml"])).policy.as_deref(), Some("/p.toml".as_ref()));
    assert_eq!(run(&with(&[])).policy, None);
    assert!(refused(&with(&["--policy"])).contains("`--policy` needs a value"));
    assert!(refused(&with(&["--policy="])).contains("`--policy` is empty"));
}

#[test]
fn headers_are_let_through_by_name() {
    let mut both = PassHeaders::default();
    both.pass(UserHeader::Cookie);
    assert_eq!(run(&with(&["--pass-header", "cookie"])).pass_headers, both);
    both.pass(UserHeader::Authorization);
    assert_eq!(run(&with(&["--pass-header=Cookie", "--pass-header", "authorization"])).pass_headers, both);
    assert_eq!(run(&with(&[])).pass_headers, PassHeaders::default());
    for name in ["x-temps-actor-token", "accept", ""] {
        let error = refused(&with(&["--pass-header", name]));
        assert!(error.contains("--pass-header") && error.contains("only `cookie` and `authorization`"), "{error}");
    }
    assert!(refused(&with(&["--pass-header"])).contains("`--pass-header` needs a value"));
}

#[test]
fn to_prepare_needs_the_component_alone() {
    let argv = ["--prepare", "/p", "--component", "/c", "--limit", "openapi_bytes=7"].map(OsString::from);
    let Command::Prepare(args) = parse(argv).unwrap() else { panic!("it should prepare") };
    assert_eq!((args.folder, args.component), (PathBuf::from("/p"), PathBuf::from("/c")));
    assert_eq!(args.limits.openapi_bytes(), 7);
    assert!(refused(&["--prepare", "/p"]).contains("`--component` is missing"));
    assert!(refused(&with(&["--prepare"])).contains("`--prepare` needs a value"));
}

#[test]
fn help_and_version_need_nothing_else() {
    assert!(matches!(parse(["--help".into()]), Ok(Command::Help)));
    assert!(matches!(parse(["--version".into()]), Ok(Command::Version)));
}

#[test]
fn compiling_takes_a_data_directory_and_a_component() {
    let parsed =
        parse(["--compile", "--data-dir", "/d", "--component", "/c", "--limit", "memory=1MiB"].map(OsString::from)).unwrap();
    let Command::Compile(args) = parsed else { panic!("{parsed:?}") };
    assert_eq!(
        (args.data_dir.as_path(), args.component.as_path(), args.limits.memory().get()),
        ("/d".as_ref(), "/c".as_ref(), 1 << 20)
    );
    assert!(refused(&["--compile", "--component", "/c"]).contains("`--data-dir` is missing"));
    assert!(refused(&["--compile", "--data-dir", "/d"]).contains("`--component` is missing"));
}
