package sqldb_test

import (
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
)

const (
	one = "CREATE a_t;\nCREATE b;\n"
	two = "ALTER c;\n\n"
)

var steps = fstest.MapFS{
	"migrations/sqlite/0001_one.sql": {Data: []byte(one)}, "migrations/sqlite/0002_two.sql": {Data: []byte(two)},
	"migrations/postgres/0001_one.sql": {Data: []byte(one)}, "migrations/postgres/0002_two.sql": {Data: []byte(two)},
}

func sum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// What is missing is done, in order and in one transaction; what is there is
// left alone, if it is what is known.
func TestMigrate(t *testing.T) {
	t.Parallel()
	const version, meta = "SELECT version, checksum FROM a_meta", "CREATE TABLE IF NOT EXISTS a_meta (version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL)"
	for name, c := range map[string]struct {
		had   [][]driver.Value
		did   string // between reading the version and COMMIT
		says  string // of Migrate
		after string // of Current
	}{
		"none":              {nil, "CREATE a_t · CREATE b · note · ALTER c · note", "", "it is of version 0, and this program wants 2"},
		"one":               {[][]driver.Value{{int64(1), sum(one)}}, "ALTER c · note", "", "it is of version 1, and this program wants 2"},
		"all":               {[][]driver.Value{{int64(1), sum(one)}, {int64(2), sum(two)}}, "", "", ""},
		"another text":      {[][]driver.Value{{int64(1), sum(two)}}, "", "migration 1 was applied with another text", "migration 1 was applied with another text"},
		"another last text": {[][]driver.Value{{int64(1), sum(one)}, {int64(2), "x"}}, "", "migration 2 was applied with another text", "migration 2 was applied"},
		"later":             {[][]driver.Value{{int64(1), sum(one)}, {int64(2), sum(two)}, {int64(3), "x"}}, "", "it is of version 3, and this program knows 2", "it is of version 3"},
		"in between":        {[][]driver.Value{{int64(0), "x"}}, "", "migration 0 was applied with another text", "migration 0"},
	} {
		for _, dialect := range []sqldb.Dialect{sqldb.SQLite, sqldb.Postgres} {
			db, f := open(t)
			f.rows[version] = c.had
			s := sqldb.Schema{Package: "p", Dialect: dialect, Prefix: "a_"}
			err := s.Migrate(t.Context(), db, steps)
			if c.says != "" {
				require.ErrorIs(t, err, sqldb.ErrSchema, name)
				require.ErrorContains(t, err, "p: other schema: "+c.says, name)
			} else {
				require.NoError(t, err, name)
			}
			insert := s.Text("INSERT INTO lc_meta (version, name, checksum) VALUES ($1, $2, $3)")
			want := []string{"open", "BEGIN IMMEDIATE", meta, version}
			if dialect == sqldb.Postgres {
				want = []string{"open", "begin", "SELECT pg_advisory_xact_lock(7214923811 + hashtext($1))", meta, version}
			}
			if c.did != "" {
				want = append(want, strings.ReplaceAll(c.did, "note", insert))
			}
			end := map[bool]map[sqldb.Dialect]string{true: {sqldb.SQLite: "COMMIT", sqldb.Postgres: "commit"}, false: {sqldb.SQLite: "ROLLBACK", sqldb.Postgres: "rollback"}}[c.says == ""][dialect]
			got := strings.ReplaceAll(f.told(), "\nALTER", "ALTER")
			assert.Equal(t, strings.Join(append(want, end), " · "), got, name)
			err = s.Current(t.Context(), db, steps)
			if c.after == "" {
				require.NoError(t, err, name)
				continue
			}
			require.ErrorIs(t, err, sqldb.ErrSchema, name)
			require.ErrorContains(t, err, c.after, name)
		}
	}
}

// Whatever statement fails, it is said, and nothing is kept.
func TestMigrate_Fails(t *testing.T) {
	t.Parallel()
	s := sqldb.Schema{Package: "p", Dialect: sqldb.Postgres, Prefix: "a_"}
	db, f := open(t)
	require.NoError(t, s.Migrate(t.Context(), db, steps))
	all := strings.Split(f.told(), " · ")
	for _, statement := range all[1:] {
		f.fail = map[string]error{statement: errTold}
		err := s.Migrate(t.Context(), db, steps)
		require.ErrorIs(t, err, errTold, statement)
		if strings.HasPrefix(statement, "CREATE a_t") {
			require.ErrorContains(t, err, "p: migrate: 0001_one.sql: ")
		}
		told := f.told()
		if statement != "commit" && statement != "begin" {
			require.True(t, strings.HasSuffix(told, "rollback"), told)
		}
	}
	f.fail = map[string]error{"SELECT version, checksum FROM a_meta": errTold}
	err := s.Current(t.Context(), db, steps)
	require.ErrorIs(t, err, sqldb.ErrSchema)
	require.ErrorContains(t, err, "call Migrate first")
	for _, bad := range []fstest.MapFS{{"migrations/postgres/x.sql": {Data: []byte("x")}}, {"migrations/postgres/0001_a.sql": {Mode: 1 << 31}}} {
		require.Error(t, s.Current(t.Context(), db, bad))
	}
}

// Values are dealt out in lists of few lengths; a prefix and a name are taken to
// their ends.
func TestSchema_Ends(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]int{0: nil, 1: {1}, 2: {2}, 3: {2, 1}, 63: {32, 16, 8, 4, 2, 1}, 64: {64}, 65: {64, 1}, 200: {64, 64, 64, 8}} {
		for _, width := range []int{1, 3} {
			var sizes []int
			total := 0
			for part := range (sqldb.Schema{Dialect: sqldb.SQLite}).Chunk(make([]any, n*width), width) {
				sizes = append(sizes, len(part)/width)
				total += len(part)
			}
			assert.Equal(t, want, sizes, n)
			assert.Equal(t, n*width, total)
		}
	}
	sizes := []int{}
	for part := range (sqldb.Schema{Dialect: sqldb.Postgres}).Chunk(make([]any, 2*2001), 2) {
		sizes = append(sizes, len(part))
	}
	assert.Equal(t, []int{2000, 2000, 2}, sizes)
	for range (sqldb.Schema{Dialect: sqldb.SQLite}).Chunk(make([]any, 200), 1) {
		break
	}
	for prefix, ok := range map[string]bool{
		"": true, "z": true, "a": true, "z_": true, "_": true, "a0": true, "a9": true, "0a": false, "9": false, "{": false, "`": false, "a:": false, "a/": false, "Z": false,
		strings.Repeat("z", 32): true, strings.Repeat("z", 33): false,
	} {
		err := sqldb.Schema{Package: "p", Dialect: sqldb.Postgres, Prefix: prefix}.Check("Open")
		assert.Equal(t, ok, err == nil, "%q: %v", prefix, err)
	}
}
