//! Every function of the linked SQLite, with arguments that are large or made to be slow: none holds its statement up beyond its time, and none
//! ends the process.

use std::time::{Duration, Instant};

use super::*;

/// The size of a large argument: 1 MiB. What takes as many steps as two arguments have bytes multiplied takes hours.
const LARGE: usize = 1 << 20;

/// The time of a statement.
const TIME: Duration = Duration::from_millis(300);

/// How long a statement may take in all, in a build for tests beside others: what is not bounded takes minutes.
const MOST: Duration = Duration::from_secs(5);

/// Arguments that are large, or make a function do much.
fn arguments() -> Vec<Value> {
    let repeated = |text: &str| Value::Text(text.repeat(LARGE / text.len()));
    let joined = |one: &dyn Fn(usize) -> String, each: usize| (0..LARGE / each).map(one).collect::<Vec<_>>().join(",");
    vec![
        repeated("a"),
        repeated("0 "),
        repeated("%"),
        repeated("-"),
        Value::Text(format!("{}1{}", "[".repeat(900), "]".repeat(900))),
        Value::Text(format!("[{}]", joined(&|_| "1".to_owned(), 2))),
        Value::Text(format!("{{{}}}", joined(&|n| format!("\"{n:06}\":{n:06}"), 16))),
        Value::Text(format!("{{{}}}", joined(&|n| format!("\"a{n:06}\":null"), 15))),
        Value::Text(format!("$[{}]", "0".repeat(LARGE))),
        Value::Text(format!("${}", "[#-1]".repeat(LARGE / 5))),
        Value::Text(format!("$.{}", "a.".repeat(LARGE / 2))),
        Value::Blob(vec![0; LARGE]),
        Value::Blob(vec![0xff; LARGE]),
        nested(LARGE),
        Value::Integer(i64::MAX),
        Value::Integer(1_000_000),
        Value::Real(1e300),
        Value::Null,
    ]
}

/// JSONB of about so many bytes, of arrays that have nothing but an array in them.
fn nested(bytes: usize) -> Value {
    let mut reversed: Vec<u8> = Vec::new();
    while reversed.len() < bytes {
        let length = reversed.len();
        match (u8::try_from(length), u32::try_from(length)) {
            (Ok(length @ 0..=11), _) => reversed.push(length << 4 | 0xb),
            (_, Ok(length)) => {
                reversed.extend(length.to_le_bytes());
                reversed.push(0xeb);
            }
            (_, Err(_)) => break,
        }
    }
    reversed.reverse();
    Value::Blob(reversed)
}

/// The beginning of an argument.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{:?}", &text[..text.len().min(12)]),
        Value::Blob(blob) => format!("{:?}", &blob[..blob.len().min(4)]),
        other => format!("{other:?}"),
    }
}

/// Counts of arguments that a function takes which takes any.
const COUNTS: [usize; 5] = [1, 2, 3, 5, 60];

/// Combinations of three arguments and more that are tried: 24.
const TRIES: usize = 24;

/// What a function is called with. All arguments by themselves, and some of their combinations.
fn tries(count: usize, arguments: &[Value]) -> Vec<Vec<Value>> {
    let all = arguments.len();
    match count {
        0 => vec![vec![]],
        1 => arguments.iter().map(|one| vec![one.clone()]).collect(),
        2 => {
            let pairs = (0..all * all).filter(|pair| (pair / all + pair % all).is_multiple_of(3));
            pairs.map(|pair| vec![arguments[pair / all].clone(), arguments[pair % all].clone()]).collect()
        }
        _ => {
            // Strides without a common divisor, so that each try has others.
            let at = |attempt: usize, place: usize| arguments[(attempt * 7 + place * (attempt + 1)) % all].clone();
            (0..TRIES).map(|attempt| (0..count).map(|place| at(attempt, place)).collect()).collect()
        }
    }
}

#[tokio::test]
async fn no_function_holds_up_its_statement() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_statement_time(TIME)).await;
    let arguments = arguments();
    let all = ask(&db, "SELECT DISTINCT name, narg FROM pragma_function_list WHERE type <> 'w' ORDER BY name, narg").await;
    let all = all.unwrap().values;
    assert!(all.len() > 200, "{all:?}");
    for row in all.chunks(2) {
        let [Value::Text(name), Value::Integer(count)] = row else { panic!("{row:?}") };
        let counts = usize::try_from(*count).map_or_else(|_| COUNTS.to_vec(), |count| vec![count]);
        for count in counts {
            let sql = format!("SELECT length(\"{name}\"({}))", vec!["?"; count].join(", "));
            for given in tries(count, &arguments) {
                let shown: Vec<String> = given.iter().map(shown).collect();
                let started = Instant::now();
                // Most combinations are errors, or null.
                drop(db.query(sql.clone(), given).await);
                assert!(started.elapsed() < MOST, "{name}({}): {:?}", shown.join(", "), started.elapsed());
            }
        }
    }
}

#[tokio::test]
async fn the_deepest_value_is_written_as_text() {
    let Stage { db, folder: _folder, .. } = Stage::new().await;
    let deepest = nested(Settings::default().value_bytes() - 8);
    for sql in ["SELECT length(json(?))", "SELECT length(json_extract(?, '$[0]'))", "SELECT count(*) FROM json_tree(?)"] {
        drop(db.query(sql.into(), vec![deepest.clone()]).await);
    }
    // In a transaction, and as a stream, it runs on the same threads.
    let transaction = db.begin(temps_plugin_sqlite::Access::Write).await.unwrap();
    drop(transaction.query("SELECT length(json(?))".into(), vec![deepest]).await);
    assert_eq!(value(&db, "SELECT 1").await, Value::Integer(1));
}

#[tokio::test]
async fn full_text_search_of_a_long_text_ends() {
    let Stage { db, folder: _folder, .. } = Stage::with(Settings::default().with_statement_time(TIME)).await;
    let long = "a b ".repeat(LARGE / 8);
    for (module, functions) in [
        (
            "fts5",
            &["snippet(f, 0, '<', '>', '…', 12)", "snippet(f, -1, '', '', '', 999999)", "highlight(f, 0, '<', '>')", "bm25(f)"][..],
        ),
        ("fts4", &["snippet(f)", "offsets(f)", "hex(matchinfo(f))", "hex(matchinfo(f, 'pcxnalsyb'))"]),
    ] {
        run(&db, &format!("DROP TABLE IF EXISTS f; CREATE VIRTUAL TABLE f USING {module}(text)")).await.unwrap();
        db.execute("INSERT INTO f VALUES (?)".into(), vec![text(&long)]).await.unwrap();
        for function in functions {
            for wanted in ["a", "\"a b\"", "\"a b a b a b a b\"", "a OR b OR a OR b", "a NEAR b", "a*"] {
                let sql = format!("SELECT length({function}) FROM f WHERE f MATCH ?");
                let started = Instant::now();
                drop(db.query(sql, vec![text(wanted)]).await);
                assert!(started.elapsed() < MOST, "{function} of {wanted}: {:?}", started.elapsed());
            }
        }
    }
}
