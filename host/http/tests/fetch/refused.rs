use temps_plugin_http::address::Kind;
use temps_plugin_http::{Client, Detours};
use temps_plugin_http::{Error, Request, Settings, Ungranted};

use crate::support::{PUBLIC, get, grants, open_client, outside, response, serve, text};

/// The kind of address for which a URL is refused, where every origin is granted.
async fn refused_kind(client: &Client, url: &str) -> Kind {
    match client.fetch(get(url)).await.unwrap_err() {
        Error::Denied(Ungranted::Address { kind, .. }) => kind,
        other => panic!("{other} for {url}"),
    }
}

#[tokio::test]
async fn an_address_is_known_in_every_spelling() {
    let client = outside(&["*"], &[], &[]);
    for (kind, hosts) in [
        (Kind::Loopback, &["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "[::1]"][..]),
        (Kind::Loopback, &["[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "%31%32%37.1", "１２７.0.0.1", "127。0。0。1"]),
        (Kind::Unspecified, &["0.0.0.0", "0", "[::]"]),
        (Kind::Private, &["10.0.0.1", "172.16.0.1", "192.168.1.1", "[fd00::1]"]),
        (Kind::LinkLocal, &["169.254.169.254", "[fe80::1]", "[::ffff:a9fe:a9fe]"]),
        (Kind::Shared, &["100.64.0.1"]),
        (Kind::Multicast, &["224.0.0.1", "[ff02::1]"]),
        (Kind::Documentation, &["192.0.2.1", "[2001:db8::1]"]),
        (Kind::Translated, &["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::7f00:1]", "[64:ff9b:1::a00:1]"]),
    ] {
        for host in hosts {
            assert_eq!(refused_kind(&client, &format!("http://{host}:81/")).await, kind, "{host}");
        }
    }
}

#[tokio::test]
async fn a_name_is_judged_by_where_it_leads() {
    let names = ["a.test=127.0.0.1", "b.test=10.0.0.1,::1", "c.test=::ffff:127.0.0.1", "d.test=64:ff9b::7f00:1"];
    let client = outside(&["*"], &names, &[]);
    for (name, kind) in [("a", Kind::Loopback), ("b", Kind::Private), ("c", Kind::Loopback), ("d", Kind::Translated)] {
        assert_eq!(refused_kind(&client, &format!("https://{name}.test/")).await, kind);
        assert_eq!(refused_kind(&client, &format!("http://{}.TEST./", name.to_uppercase())).await, kind);
    }
    assert_eq!(refused_kind(&client, "http://localhost/").await, Kind::Loopback);
}

#[tokio::test]
async fn of_several_addresses_those_that_are_allowed_are_used() {
    let at = serve(|_| response("200 OK", b"outside")).await;
    let client = outside(&["*"], &[&format!("a.test=127.0.0.1,{PUBLIC}")], &[format!("{PUBLIC}:80={at}")]);
    assert_eq!(text(&client, get("http://a.test/")).await.unwrap(), "outside");
}

#[tokio::test]
async fn a_name_that_rebinds_is_judged_again() {
    let at = serve(|_| response("200 OK\r\nconnection: close", b"outside")).await;
    let client = outside(&["*"], &[&format!("a.test={PUBLIC};127.0.0.1")], &[format!("{PUBLIC}:80={at}")]);
    assert_eq!(text(&client, get("http://a.test/")).await.unwrap(), "outside");
    assert_eq!(refused_kind(&client, "http://a.test/").await, Kind::Loopback);
}

#[tokio::test]
async fn a_kept_connection_is_its_origins_alone() {
    let at = serve(|_| response("200 OK", b"outside")).await;
    let detours = [format!("{PUBLIC}:80={at}"), format!("{PUBLIC}:8080={at}")];
    let client = outside(&["http://a.test", "http://a.test:8080"], &[&format!("a.test={PUBLIC};127.0.0.1")], &detours);
    assert_eq!(text(&client, get("http://a.test/")).await.unwrap(), "outside");
    // The connection is there, and its address was checked.
    assert_eq!(text(&client, get("http://a.test/")).await.unwrap(), "outside");
    assert_eq!(refused_kind(&client, "http://a.test:8080/").await, Kind::Loopback);
}

#[tokio::test]
async fn private_networks_are_reached_by_leave() {
    let at = serve(|_| response("200 OK", b"inside")).await;
    let client = Client::new(grants(&["*"], &["127.0.0.1"]), Settings::default());
    assert_eq!(text(&client, get(format!("http://{at}/"))).await.unwrap(), "inside");
    let mapped = format!("http://[::ffff:127.0.0.1]:{}/", at.port());
    assert_eq!(text(&client, get(mapped)).await.unwrap(), "inside");
    assert_eq!(refused_kind(&client, "http://127.0.0.2/").await, Kind::Loopback);
    // An origin is needed as well.
    let client = Client::new(grants(&[], &["127.0.0.1"]), Settings::default());
    let error = client.fetch(get(format!("http://{at}/"))).await.unwrap_err();
    assert_eq!(error, Error::Denied(Ungranted::Origin { origin: format!("http://{at}") }));
}

#[tokio::test]
async fn an_origin_is_its_scheme_its_host_and_its_port() {
    let names = [&*format!("a.test={PUBLIC}")];
    let client = outside(&["https://a.test:8443"], &names, &[]);
    for (url, asked) in [
        ("https://a.test/", "https://a.test"),
        ("http://a.test:8443/", "http://a.test:8443"),
        ("https://b.a.test:8443/", "https://b.a.test:8443"),
        ("https://a.test.b.test:8443/", "https://a.test.b.test:8443"),
        ("https://а.test:8443/", "https://xn--80a.test:8443"),
        ("https://a.test%2eb.test:8443/", "https://a.test.b.test:8443"),
        ("https://b.test:8443\\@a.test:8443/", "https://b.test:8443"),
        ("https://b.test:8443#@a.test:8443/", "https://b.test:8443"),
        ("https://93.184.216.34:8443/", "https://93.184.216.34:8443"),
    ] {
        let error = client.fetch(get(url)).await.unwrap_err();
        assert_eq!(error, Error::Denied(Ungranted::Origin { origin: asked.to_owned() }), "{url}");
    }
    // These are the origin, so that what fails is the connection: nothing is there.
    let mut detours = Detours::default();
    detours.resolve("a.test=127.0.0.1").unwrap();
    let client = Client::with(grants(&["https://a.test:8443"], &[]), Settings::default(), detours, Vec::new());
    for url in [
        "https://A.TEST:8443",
        "https://a.test.:8443/",
        "https://%61.test:8443/",
        "https://ａ.test:8443/",
        "https:\\\\a.test:8443",
    ] {
        assert_eq!(refused_kind(&client, url).await, Kind::Loopback, "{url}");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let client = open_client(Settings::default());
    for url in [
        "",
        "/a",
        "a.test",
        "file:///etc/passwd",
        "ftp://a.test/",
        "unix:/run/x.sock",
        "http+unix://x",
        "data:,x",
        "ws://a.test/",
        "http://",
        "http://u@a.test/",
        "http://u:p@a.test/",
        "http://:p@a.test/",
        "http://a..test/",
        "http://./",
        "http://a.test:99999/",
        "http://a b.test/",
        "http://[::1%25eth0]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://a%00.test/",
        "http://[::1",
    ] {
        let error = client.fetch(get(url)).await.unwrap_err();
        assert!(matches!(error, Error::Protocol(_)), "{error} for {url}");
    }
    let error = client.fetch(Request { method: "CONNECT".parse().unwrap(), ..get("http://a.test/") }).await.unwrap_err();
    assert!(matches!(error, Error::Protocol(_)), "{error}");
}

#[tokio::test]
async fn a_name_that_is_not_there_is_told() {
    let error = open_client(Settings::default()).fetch(get("http://nowhere.invalid/")).await.unwrap_err();
    assert!(matches!(&error, Error::Dns { host, .. } if host == "nowhere.invalid"), "{error}");
}
