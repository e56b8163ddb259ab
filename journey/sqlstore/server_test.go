package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// server is one Postgres for all tests, made in a folder of its own and started
// on loopback; each test has a database in it.
var server struct {
	once   sync.Once
	missed string // why there is none
	dir    string
	port   int
	made   int
	mu     sync.Mutex
}

func TestMain(m *testing.M) {
	if os.Getenv(workerEnv) != "" {
		work()
		return
	}
	code := m.Run()
	if server.dir != "" {
		_ = ctl("stop", "-m", "immediate")
		_ = os.RemoveAll(server.dir)
	}
	os.Exit(code)
}

// binary finds a program of Postgres, which Debian keeps off the PATH.
func binary(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1]
	}
	return ""
}

// asUser runs a program as the user that Postgres wants: not root.
func asUser(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = "/"
	if os.Getuid() == 0 {
		if u, err := user.Lookup("postgres"); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		}
	}
	return cmd
}

func ctl(args ...string) error {
	all := append([]string{
		"-D", filepath.Join(server.dir, "data"), "-l", filepath.Join(server.dir, "log"), "-w", "-t", "60",
		"-o", fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c max_connections=120", server.port, server.dir),
	}, args...)
	out, err := asUser(binary("pg_ctl"), all...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pg_ctl %v: %w: %s", args, err, out)
	}
	return nil
}

func startServer() string {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if binary(name) == "" {
			return name + " is not on this machine (Debian: apt-get install postgresql)"
		}
	}
	dir, err := os.MkdirTemp("/tmp", "sqlstore-pg")
	if err != nil {
		return err.Error()
	}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return "Postgres does not run as root, and there is no user postgres"
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return err.Error()
		}
	}
	server.dir = dir
	if out, err := asUser(binary("initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return fmt.Sprintf("initdb: %v: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err.Error()
	}
	server.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	if err := ctl("start"); err != nil {
		return err.Error()
	}
	return ""
}

func postgresURL(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", server.port, database)
}

// engine is one database to test with.
type engine struct {
	name    string
	driver  string
	dialect sqlstore.Dialect
	url     func(t testing.TB) string // of a new, empty database
}

func postgres() engine {
	return engine{"postgres", "pgx", sqlstore.Postgres, func(t testing.TB) string {
		t.Helper()
		server.once.Do(func() { server.missed = startServer() })
		if server.missed != "" {
			t.Skip("NOT TESTED ON POSTGRES: " + server.missed)
		}
		server.mu.Lock()
		server.made++
		name := fmt.Sprintf("t%d", server.made)
		server.mu.Unlock()
		db, err := sql.Open("pgx", postgresURL("postgres"))
		require.NoError(t, err)
		defer db.Close()
		_, err = db.ExecContext(context.Background(), "CREATE DATABASE "+name)
		require.NoError(t, err)
		return postgresURL(name)
	}}
}

// sqlite is a file with a durable log. The driver is any that takes these
// settings.
func sqlite(driver, synchronous string) engine {
	return engine{driver, driver, sqlstore.SQLite, func(t testing.TB) string {
		t.Helper()
		return "file:" + filepath.Join(t.TempDir(), "store.db") +
			"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(" + synchronous + ")"
	}}
}

func engines() []engine { return []engine{sqlite("sqlite", "full"), postgres()} }

func (e engine) open(t testing.TB, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(e.driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// store is one in a new database.
func (e engine) store(t testing.TB, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	s, _ := e.storeAt(t, e.url(t), o)
	return s
}

func (e engine) storeAt(t testing.TB, url string, o sqlstore.Options) (*sqlstore.Store, *sql.DB) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	db := e.open(t, url)
	o.Schema.Dialect = e.dialect
	require.NoError(t, sqlstore.Migrate(ctx, db, o.Schema))
	s, err := sqlstore.Open(ctx, db, o)
	require.NoError(t, err)
	return s, db
}
