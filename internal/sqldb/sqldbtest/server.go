//go:build unix

package sqldbtest

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
)

// Server is one Postgres for all tests of a package; the zero value starts when
// the first database is asked for.
type Server struct {
	once   sync.Once
	missed string // why there is none
	dir    string
	port   int
	mu     sync.Mutex
	made   int
}

// Stop ends it, at the end of TestMain.
func (s *Server) Stop() {
	if s.dir != "" {
		_ = s.Control("stop", "-m", "immediate")
		_ = os.RemoveAll(s.dir)
	}
}

// Files is the folder that holds the databases, one folder each.
func (s *Server) Files() string { return filepath.Join(s.dir, "data", "base") }

// Database makes an empty database and gives its address. Where there is no
// Postgres the test is skipped, loudly.
func (s *Server) Database(t testing.TB, driver string) string {
	t.Helper()
	s.once.Do(func() { s.missed = s.start() })
	if s.missed != "" {
		t.Skip("NOT TESTED ON POSTGRES: " + s.missed)
	}
	s.mu.Lock()
	s.made++
	name := fmt.Sprintf("t%d", s.made)
	s.mu.Unlock()
	db, err := sql.Open(driver, s.url("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.url(name)
}

func (s *Server) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
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

// Control runs pg_ctl: "restart", "-m", "immediate".
func (s *Server) Control(args ...string) error {
	all := append([]string{
		"-D", filepath.Join(s.dir, "data"), "-l", filepath.Join(s.dir, "log"), "-w", "-t", "60",
		"-o", fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c max_connections=120", s.port, s.dir),
	}, args...)
	out, err := asUser(binary("pg_ctl"), all...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("pg_ctl %v: %w: %s", args, err, out)
	}
	return nil
}

func (s *Server) start() string {
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
	s.dir = dir
	if out, err := asUser(binary("initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8").CombinedOutput(); err != nil {
		return fmt.Sprintf("initdb: %v: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err.Error()
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	if err := s.Control("start"); err != nil {
		return err.Error()
	}
	return ""
}
