//! Where a guest would like to get to.

use super::{PUBLIC, answers, ask, get, outside, response, start};
use crate::support::Start;
use crate::survives;

#[tokio::test]
async fn nothing_is_reached_without_leave() {
    survives(
        || Start::with(test_guests::FETCHES),
        async |launcher| {
            for (url, asked) in [("https://a.test/x", "https://a.test"), ("http://127.0.0.1:81/", "http://127.0.0.1:81")] {
                assert_eq!(get(launcher, url).await, format!("denied origin {asked}"));
            }
            let line = launcher.logged("a request of the plugin was refused").await;
            assert!(line.contains(r#"allow = [\"https://a.test\"]"#), "{line}");
        },
    )
    .await;
}

#[tokio::test]
async fn no_spelling_of_an_address_hides_it() {
    survives(start, async |launcher| {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "0x7f.0.0.1",
            "127.0.0.1.",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "0.0.0.0",
            "0",
            "[::]",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "192.0.2.1",
            "198.18.0.1",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[::7f00:1]",
            "[fd00::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[2001:db8::1]",
            "%31%32%37%2e1",
            "localhost",
            "LOCALHOST.",
        ] {
            let answer = get(launcher, &format!("http://{host}:{}/", 81)).await;
            assert!(answer.starts_with("denied address "), "{answer} for {host}");
        }
        let line = launcher.logged("allow_private").await;
        assert!(line.contains(r#"allow_private = [\"127.0.0.1\"]"#), "{line}");
    })
    .await;
}

#[tokio::test]
async fn no_name_hides_an_address() {
    let port = answers(|_| response("200 OK", b"outside")).await;
    let names = [
        "in.test=127.0.0.1",
        "mapped.test=::ffff:10.0.0.1",
        "cloud.test=169.254.169.254",
        "nat.test=64:ff9b::7f00:1",
        "six.test=2002:7f00:1::",
        "local.test=fd00::1,10.0.0.1",
    ];
    let rebinds = format!("rebinds.test={PUBLIC};127.0.0.1");
    let start = || {
        let start = names.iter().fold(outside(port), |start, name| start.argument(&format!("--resolve={name}")));
        start.argument(&format!("--resolve={rebinds}"))
    };
    survives(start, async |launcher| {
        for (name, address) in [
            ("in", "127.0.0.1"),
            ("mapped", "10.0.0.1"),
            ("cloud", "169.254.169.254"),
            ("nat", "64:ff9b::7f00:1"),
            ("six", "2002:7f00:1::"),
            ("local", "fd00::1"),
        ] {
            for url in [format!("http://{name}.test/"), format!("https://{name}.TEST.:8443/")] {
                assert_eq!(get(launcher, &url).await, format!("denied address {address}"));
            }
        }
        assert_eq!(get(launcher, "http://rebinds.test/").await, "200 http://rebinds.test/ 7 outside");
        assert_eq!(get(launcher, "http://rebinds.test/").await, "denied address 127.0.0.1");
    })
    .await;
}

#[tokio::test]
async fn no_redirect_leads_inside() {
    let port = answers(|request| {
        let place = request.split([' ', '?']).nth(2).unwrap();
        response(&format!("302 Found\r\nlocation: {place}"), b"")
    })
    .await;
    survives(
        || outside(port).argument("--resolve=in.test=10.0.0.1"),
        async |launcher| {
            for (place, said) in [
                ("http://127.1:81/", "denied address 127.0.0.1"),
                ("//[::1]/", "denied address ::1"),
                ("http://in.test/", "denied address 10.0.0.1"),
                ("http://169.254.169.254/latest/meta-data/", "denied address 169.254.169.254"),
                ("file:///etc/passwd", "redirect: "),
                ("http://u:p@a.test/", "redirect: "),
            ] {
                let answer = get(launcher, &format!("http://{PUBLIC}/?{place}")).await;
                assert!(answer.starts_with(said), "{answer} for {place}");
            }
            let answer = get(launcher, &format!("http://{PUBLIC}/?/")).await;
            assert!(answer.starts_with("redirect: "), "{answer}");
        },
    )
    .await;
}

#[tokio::test]
async fn an_origin_is_no_other() {
    let start = || {
        let start = Start::with(test_guests::FETCHES).argument("--allow=https://a.test").argument("--allow=http://*.b.test:81");
        start.argument(&format!("--resolve=a.test={PUBLIC}"))
    };
    survives(start, async |launcher| {
        for (url, asked) in [
            ("https://a.test:8443/", "https://a.test:8443"),
            ("http://a.test/", "http://a.test"),
            ("http://a.test:443/", "http://a.test:443"),
            ("https://c.a.test/", "https://c.a.test"),
            ("https://a.test.evil.test/", "https://a.test.evil.test"),
            ("https://evil.test\\@a.test/", "https://evil.test"),
            ("https://evil.test#@a.test/", "https://evil.test"),
            ("https://evil.test?@a.test/", "https://evil.test"),
            ("https://\u{430}.test/", "https://xn--80a.test"),
            ("https://a.test%2eevil.test/", "https://a.test.evil.test"),
            ("http://b.test:81/", "http://b.test:81"),
            ("http://evilb.test:81/", "http://evilb.test:81"),
        ] {
            assert_eq!(get(launcher, url).await, format!("denied origin {asked}"), "{url}");
        }
        for url in [
            "https://a.test@evil.test/",
            "https://u:p@a.test/",
            "file:///etc/passwd",
            "ftp://a.test/",
            "unix:/run/s",
            "http+unix://%2frun%2fs/",
            "data:,x",
            "",
            "//a.test/",
            "https://",
            "https://a..test/",
            "https://a.test:0x1bb/",
            "https://a%00.test/",
        ] {
            let answer = get(launcher, url).await;
            assert!(answer.starts_with("protocol: "), "{answer} for {url}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_request_is_smuggled() {
    let port = answers(|request| response("200 OK", request.as_bytes())).await;
    survives(
        || outside(port),
        async |launcher| {
            let url = format!("http://{PUBLIC}/");
            for header in [
                "host: evil.test",
                "Host: evil.test",
                "transfer-encoding: chunked",
                "connection: keep-alive, x-secret",
                "upgrade: websocket",
                "expect: 100-continue",
                "proxy-authorization: x",
                "proxy-connection: x",
                "te: trailers",
                "trailer: x",
                "keep-alive: 5",
                "content-length: 3",
                "content-length: 5\ncontent-length: 5",
                "content-length: +4",
                "content-length: 4, 4",
            ] {
                let answer = ask(launcher, "/fetch", format!("POST {url}\n{header}\n\nbody")).await;
                assert!(answer.starts_with("protocol: "), "{answer} for {header}");
            }
            for block in [
                "x: a\nb: c\r\n",
                "x: a\r\n b\r\n",
                "x: a\0\r\n",
                "x : a\r\n",
                "x: a",
                "\r\nGET /evil HTTP/1.1\r\n",
                "x\ty: a\r\n",
            ] {
                let answer = ask(launcher, "/raw", format!("GET {url}\n{block}")).await;
                assert!(answer.starts_with("protocol: "), "{answer} for {block:?}");
            }
            for method in ["CONNECT", "TRACE", "GET/evil", "", "G\tET"] {
                let answer = ask(launcher, "/fetch", format!("{method} {url}")).await;
                assert!(answer.starts_with("protocol: "), "{answer} for {method}");
            }
            // Line ends in a URL are taken out or encoded, as browsers do.
            let seen = get(launcher, &format!("http://{PUBLIC}/a%0d%0aevil:%20b?c\td")).await;
            assert!(seen.contains("GET /a%0d%0aevil:%20b?cd HTTP/1.1\r\n"), "{seen}");
            let seen = ask(launcher, "/fetch", format!("POST {url}\ncontent-length: 4\n\nbody")).await;
            assert!(seen.contains("content-length: 4\r\n") && seen.contains(&format!("host: {PUBLIC}\r\n")), "{seen}");
        },
    )
    .await;
}

#[tokio::test]
async fn the_policy_file_allows() {
    let port = answers(|_| response("200 OK", b"allowed")).await;
    let policy =
        format!("[network]\nallow = [\"http://{PUBLIC}\", \"http://127.0.0.1:{port}\"]\nallow_private = [\"127.0.0.1\"]\n");
    let start = Start::with(test_guests::FETCHES).argument(&format!("--connect-to={PUBLIC}:80=127.0.0.1:{port}"));
    std::fs::write(start.folder().join("plugin.toml"), policy).unwrap();
    let (launcher, _channel) = start.running().await;
    assert_eq!(get(&launcher, &format!("http://{PUBLIC}/")).await, format!("200 http://{PUBLIC}/ 7 allowed"));
    assert_eq!(get(&launcher, &format!("http://127.0.0.1:{port}/")).await, format!("200 http://127.0.0.1:{port}/ 7 allowed"));
    assert_eq!(get(&launcher, &format!("http://{PUBLIC}:81/")).await, format!("denied origin http://{PUBLIC}:81"));
    launcher.stop().await;
}
