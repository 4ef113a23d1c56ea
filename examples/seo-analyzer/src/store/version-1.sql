CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE site (
    project_id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    auto_run BOOLEAN NOT NULL
);
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    project_id INTEGER,
    begun_by TEXT NOT NULL,
    state TEXT NOT NULL,
    seeded BOOLEAN NOT NULL,
    settings TEXT NOT NULL,
    error TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    finished_at TEXT,
    pages_done BIGINT NOT NULL,
    pages_known BIGINT NOT NULL,
    score INTEGER,
    reasons TEXT,
    errors BIGINT NOT NULL,
    warnings BIGINT NOT NULL,
    notices BIGINT NOT NULL
);
CREATE INDEX report_by_site ON report (site, id);
CREATE INDEX report_by_state ON report (state, id);
CREATE TABLE event (
    id TEXT PRIMARY KEY,
    report_id BIGINT
) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    report_id BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    status INTEGER,
    title TEXT,
    depth INTEGER NOT NULL,
    elapsed_ms BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    facts TEXT NOT NULL,
    UNIQUE (report_id, url)
);
CREATE INDEX page_by_report ON page (report_id, id);
CREATE TABLE finding (
    id INTEGER PRIMARY KEY,
    report_id BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    check_id TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    evidence TEXT NOT NULL,
    across BOOLEAN NOT NULL
);
CREATE INDEX finding_by_report ON finding (report_id, id);
CREATE INDEX finding_by_check ON finding (report_id, check_id, url);
CREATE INDEX finding_by_url ON finding (report_id, url);
CREATE TABLE pending (
    id INTEGER PRIMARY KEY,
    report_id BIGINT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    depth INTEGER NOT NULL,
    in_sitemap BOOLEAN NOT NULL,
    UNIQUE (report_id, url)
);
