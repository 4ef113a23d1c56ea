use super::*;

#[test]
fn the_defaults_are_the_constants() {
    let limits = Limits::default();
    assert_eq!(limits.memory(), MEMORY);
    assert_eq!(limits.cpu_budget(), CPU_BUDGET);
    assert_eq!(limits.in_flight(), IN_FLIGHT);
}

#[test]
fn every_name_can_be_set() {
    let mut limits = Limits::default();
    for name in Limits::NAMES {
        let known = limits.set(name, "7").is_ok() || limits.set(name, "7s").is_ok();
        assert!(known, "{name} takes neither a count nor a time");
    }
}

#[test]
fn what_is_got_can_be_set() {
    let mut changed = Limits::default();
    for name in Limits::NAMES {
        assert!(changed.set(name, "7").is_ok() || changed.set(name, "7s").is_ok());
    }
    let mut copied = Limits::default();
    Limits::NAMES.iter().for_each(|name| copied.set(name, &changed.get(name).unwrap()).unwrap());
    assert_eq!(copied, changed);
    assert_eq!(changed.get("nothing"), None);
}

#[test]
fn every_setting_of_databases_has_a_limit() {
    assert_eq!(Settings::from(&Limits::default()), Settings::default());
    let mut limits = Limits::default();
    for name in Limits::NAMES {
        assert!(limits.set(name, "7").is_ok() || limits.set(name, "7s").is_ok());
    }
    let seconds = Duration::from_secs(7);
    let all =
        Settings::default().with_databases(7).with_readers(7).with_size(7).with_log_size(7).with_memory(7).with_temporary(7);
    let all = all.with_reader_idle(seconds).with_statement_time(seconds).with_transaction_time(seconds).with_wait_time(seconds);
    let all = all.with_statements(7).with_statement_bytes(7).with_rows(7).with_result_bytes(7).with_value_bytes(7);
    assert_eq!(Settings::from(&limits), all);
}

#[test]
fn every_setting_of_the_inbox_has_a_limit() {
    assert_eq!(inbox::Settings::from(&Limits::default()), inbox::Settings::default());
    let mut limits = Limits::default();
    for name in Limits::NAMES {
        assert!(limits.set(name, "7").is_ok() || limits.set(name, "7s").is_ok());
    }
    let seconds = Duration::from_secs(7);
    let all = inbox::Settings::default().with_pending(7).with_bytes(7).with_tries(7).with_history(7).with_dead(7);
    assert_eq!(inbox::Settings::from(&limits), all.with_first_wait(seconds).with_longest_wait(seconds));
}

#[test]
fn every_limit_of_a_user_interface_can_be_set() {
    assert_eq!(ui::Limits::from(&Limits::default()), ui::Limits::default());
    let mut limits = Limits::default();
    for name in ["ui_files", "ui_file_bytes", "ui_bytes", "ui_path_bytes"] {
        limits.set(name, "7").unwrap();
    }
    let all = ui::Limits::default().with_files(7).with_file_bytes(7).with_bytes(7).with_path_bytes(7);
    assert_eq!(ui::Limits::from(&limits), all);
}

#[test]
fn every_setting_of_fetches_has_a_limit() {
    assert_eq!(http::Settings::from(&Limits::default()), http::Settings::default());
    let mut limits = Limits::default();
    for name in Limits::NAMES {
        assert!(limits.set(name, "7").is_ok() || limits.set(name, "7s").is_ok());
    }
    let seconds = Duration::from_secs(7);
    let all = http::Settings::default().with_at_once(7).with_queue(7).with_request_bytes(7).with_response_bytes(7);
    let all = all.with_header_bytes(7).with_redirects(7).with_time(seconds).with_connect_time(seconds);
    assert_eq!(http::Settings::from(&limits), all.with_idle_time(seconds));
}

#[test]
fn units_are_read() {
    let mut limits = Limits::default();
    limits.set("memory", "64MiB").unwrap();
    limits.set("first_byte", "250ms").unwrap();
    assert_eq!(limits.memory().get(), 64 << 20);
    assert_eq!(limits.first_byte(), Duration::from_millis(250));
}

#[test]
fn what_is_wrong_is_named() {
    let mut limits = Limits::default();
    assert!(limits.set("memry", "1").unwrap_err().to_string().contains("`memry`; the limits are memory,"));
    for (name, value) in [("memory", "lots"), ("memory", "0"), ("hold", "0s"), ("hold", "5"), ("stuck", "-1")] {
        let error = limits.set(name, value).unwrap_err();
        assert!(error.to_string().contains(value), "{error}");
    }
    assert_eq!(limits, Limits::default());
}
