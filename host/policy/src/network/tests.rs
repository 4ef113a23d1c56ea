use super::*;

fn grants(text: &str, url: &str) -> bool {
    let grant: Grant = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    let grants = Grants::new([grant], []).unwrap();
    grants.grants(&Url::parse(url).unwrap()).is_some()
}

#[test]
fn nothing_is_granted_by_default() {
    assert!(Grants::default().is_empty());
    assert_eq!(Grants::default().grants(&Url::parse("https://example.org").unwrap()), None);
    assert!(!Grants::default().allows_private([10, 0, 0, 1].into()));
}

#[test]
fn an_origin_is_granted_with_its_scheme_host_and_port() {
    for (text, url) in [
        ("https://api.example.org", "https://api.example.org/a/b?c#d"),
        ("https://api.example.org", "https://API.Example.ORG:443/"),
        ("https://api.example.org", "https://user:password@api.example.org/"),
        ("https://api.example.org:443", "https://api.example.org"),
        ("HTTPS://API.example.org", "https://api.example.org"),
        ("https://api.example.org", "https://api.example.org./"),
        ("http://api.example.org:8080", "http://api.example.org:8080/"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ("https://localhost", "https://localhost/"),
        ("http://127.1", "http://0x7f000001/"),
        ("http://[::1]:8080", "http://[0:0::1]:8080/"),
    ] {
        assert!(grants(text, url), "{text} {url}");
    }
    for (text, url) in [
        ("https://api.example.org", "http://api.example.org/"),
        ("https://api.example.org", "http://api.example.org:443/"),
        ("https://api.example.org", "https://api.example.org:8443/"),
        ("http://api.example.org:8080", "http://api.example.org/"),
        ("https://api.example.org", "https://example.org/"),
        ("https://api.example.org", "https://a.api.example.org/"),
        ("https://api.example.org", "https://api.example.org.evil.example/"),
        ("https://api.example.org", "https://api.example.org@evil.example/"),
        ("https://api.example.org", "https://api.example.org../"),
        ("https://api.example.org", "wss://api.example.org/"),
        ("https://api.example.org", "ftp://api.example.org/"),
        ("https://1.2.3.4", "https://[::ffff:1.2.3.4]/"),
    ] {
        assert!(!grants(text, url), "{text} {url}");
    }
}

#[test]
fn a_star_is_for_hosts_below_a_name() {
    for url in ["https://a.example.org/", "https://a.b.example.org/", "https://A.EXAMPLE.org./"] {
        assert!(grants("https://*.example.org", url), "{url}");
    }
    for url in [
        "https://example.org/",
        "https://.example.org/",
        "https://a..example.org/",
        "https://aexample.org/",
        "https://evil-example.org/",
        "https://a.example.org.evil.example/",
        "https://a.example.org../",
        "https://a.example.org:8443/",
        "http://a.example.org/",
    ] {
        assert!(!grants("https://*.example.org", url), "{url}");
    }
}

#[test]
fn a_star_alone_is_for_everything_with_the_two_schemes() {
    for url in ["https://example.org", "http://example.org:81", "http://127.0.0.1:9", "https://[::1]/"] {
        assert!(grants("*", url), "{url}");
    }
    for url in ["ftp://example.org", "file:///etc/passwd", "data:text/plain,x", "wss://example.org"] {
        assert!(!grants("*", url), "{url}");
    }
}

#[test]
fn what_could_be_misread_is_refused() {
    for (text, said) in [
        ("", "no scheme"),
        ("example.org", "no scheme"),
        ("example.org:443", "no scheme"),
        ("//example.org", "no scheme"),
        ("ftp://example.org", "neither `https` nor `http`"),
        ("*://example.org", "neither `https` nor `http`"),
        ("https://example.org/", "behind the host"),
        ("https://example.org/api", "behind the host"),
        ("https://example.org?q", "behind the host"),
        ("https://example.org#f", "behind the host"),
        ("https://example.org\\x", "behind the host"),
        ("https://me@example.org", "a user"),
        ("https://me:pw@example.org", "a user"),
        (" https://example.org", "white space"),
        ("https://exa mple.org", "white space"),
        ("https://example.org\n", "white space"),
        ("https://example.org:", "port"),
        ("https://example.org:0", "port"),
        ("https://example.org:65536", "port"),
        ("https://example.org:+1", "port"),
        ("https://example.org:*", "port"),
        ("https://", "no host"),
        ("https://:443", "no host"),
        ("https://example.org.", "ends with a dot"),
        ("https://example.org。", "ends with a dot"),
        ("https://*.example.org.", "ends with a dot"),
        ("https://*", "`*` may only"),
        ("https://*example.org", "`*` may only"),
        ("https://api.*.org", "`*` may only"),
        ("https://*.*.example.org", "`*` may only"),
        ("https://api*.example.org", "`*` may only"),
        ("https://＊.example.org", "`*` may only"),
        ("https://*.org", "at least two labels"),
        ("https://*.", "ends with a dot"),
        ("https://*.1.2.3.4", "before an address"),
        ("https://*.[::1]", "before an address"),
        ("https://a..example.org", "nothing between two dots"),
        ("https://.example.org", "nothing between two dots"),
        ("https://ex%61mple.org", "without `%`"),
        ("https://[::1", "not valid"),
        ("https://1.2.3.256", "not valid"),
        ("https://exa<mple.org", "not valid"),
    ] {
        let error = text.parse::<Grant>().map(|grant| panic!("{text}: {grant}")).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn a_grant_says_what_it_grants() {
    for (text, shown) in [
        ("*", "*"),
        ("https://EXAMPLE.org:443", "https://example.org"),
        ("http://*.Example.org:8080", "http://*.example.org:8080"),
        ("http://127.1", "http://127.0.0.1"),
        ("https://[0::1]", "https://[::1]"),
    ] {
        let grant: Grant = text.parse().unwrap();
        assert_eq!(grant.to_string(), shown);
        assert_eq!(shown.parse(), Ok(grant));
    }
}

#[test]
fn the_narrowest_grant_is_what_to_add() {
    for (url, text) in [
        ("https://api.example.org/v1?q", Some("https://api.example.org")),
        ("http://api.example.org.:8080/", Some("http://api.example.org:8080")),
        ("http://[::1]:81/", Some("http://[::1]:81")),
        ("https://*.example.org/", None),
        ("http://example.org:0/", None),
        ("ftp://example.org/", None),
    ] {
        let url = Url::parse(url).unwrap();
        let grant = Grant::narrowest(&url);
        assert_eq!(grant.as_ref().map(ToString::to_string).as_deref(), text);
        assert!(grant.is_none_or(|grant| grant.covers(&url)));
    }
}

#[test]
fn the_first_grant_that_covers_is_named() {
    let grants = Grants::new(["http://a.org".parse().unwrap(), "*".parse().unwrap()], []).unwrap();
    let named = |url| grants.grants(&Url::parse(url).unwrap()).unwrap().to_string();
    assert_eq!(named("http://a.org/x"), "http://a.org");
    assert_eq!(named("http://b.org/x"), "*");
    assert_eq!(grants.allow().len(), 2);
}

#[test]
fn private_addresses_are_those_of_the_networks() {
    let networks = ["10.1.2.0/24", "192.168.0.7", "fd00::/8", "::1"].map(|text| parse_private(text).unwrap());
    let grants = Grants::new([], networks).unwrap();
    for address in ["10.1.2.0", "10.1.2.255", "192.168.0.7", "fd12::1", "::1", "::ffff:10.1.2.3"] {
        assert!(grants.allows_private(address.parse().unwrap()), "{address}");
    }
    for address in ["10.1.3.0", "10.1.1.255", "192.168.0.8", "fc00::1", "::2", "::", "::ffff:10.1.3.0", "::10.1.2.3"] {
        assert!(!grants.allows_private(address.parse().unwrap()), "{address}");
    }
    assert_eq!(grants.allow_private(), networks);
}

#[test]
fn other_networks_are_refused() {
    for (text, said) in [
        ("", "neither an address nor a network"),
        ("localhost", "neither an address nor a network"),
        ("10.1.2.0/33", "neither an address nor a network"),
        ("10.1.2.0/", "neither an address nor a network"),
        ("10.1.2", "neither an address nor a network"),
        ("010.1.2.3", "neither an address nor a network"),
        ("*", "neither an address nor a network"),
        ("10.1.2.3/24", "the network 10.1.2.0/24: write that for all of it, or 10.1.2.3 for this address"),
        ("fd00::1/8", "the network fd00::/8"),
        ("::ffff:10.1.2.3", "write it as the IPv4 address"),
        ("::ffff:10.0.0.0/104", "write it as the IPv4 address"),
    ] {
        let error = parse_private(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
    assert!(parse_private("::/0").is_ok());
    assert!(Grants::new([], ["10.1.2.3/24".parse().unwrap()]).is_err());
}
