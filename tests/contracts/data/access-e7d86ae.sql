BEGIN TRANSACTION;
CREATE TABLE accounts (
    user_id TEXT PRIMARY KEY, password_hash TEXT, is_admin INTEGER NOT NULL,
    privacy TEXT NOT NULL, link TEXT, oidc_subject TEXT UNIQUE, created_at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "accounts" VALUES('anna','$argon2id$hash',1,'link','the link','sub-1','2025-03-01T12:00:00+00:00');
INSERT INTO "accounts" VALUES('bruno',NULL,0,'private',NULL,NULL,'2025-03-01T12:00:00.250000+00:00');
CREATE TABLE audit (
    record_id TEXT PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, detail TEXT NOT NULL
) WITHOUT ROWID
;
INSERT INTO "audit" VALUES('r1','2025-03-01T12:00:00+00:00','anna','token-made','anna','à script: read');
INSERT INTO "audit" VALUES('r2','2025-03-01T12:00:00.250000+00:00','admin','rebuilt','','');
CREATE TABLE credentials (
    credential_id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    user_id TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
) WITHOUT ROWID;
INSERT INTO "credentials" VALUES('c1','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','session','anna','','read write','2025-03-01T12:00:00+00:00','2025-03-31T12:00:00+00:00',NULL);
INSERT INTO "credentials" VALUES('c2','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','token','anna','à script','read','2025-03-01T12:00:00.250000+00:00',NULL,'2025-03-01T12:00:00.250000+00:00');
INSERT INTO "credentials" VALUES('c3','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','hook','anna','plex Anna B','','2025-03-01T12:00:00+00:00',NULL,NULL);
CREATE INDEX credentials_by_user ON credentials (user_id, credential_id);
COMMIT;
