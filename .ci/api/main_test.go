package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSurface(t *testing.T) {
	tree := fstest.MapFS{"p/a.go": {Data: []byte(`package p
const ( A Kind = iota; B; c )
const Loose = 1
var ErrX, y = errors.New("x"), 1
type Kind uint8
func (k Kind) String() string { return "" }
func (k *Kind) hidden() {}
type Pair[K comparable, V any] struct { Key K; Val, Other V; private int; io.Reader; *sync.Mutex }
func (p *Pair[K, V]) Set(k K, v, w V) (ok bool, err error) { return }
type Store interface { Get(ctx context.Context, id string) (v Value, err error); io.Closer }
type Alias = map[string]Kind
type Visit func(at, until time.Time) bool
type secret struct{ Open int }
func (secret) Method() {}
func New(a, b int, opts ...Option) *Pair[int,
	string] { return nil }
func Map[T any](in iter.Seq[T], f func(T) T) iter.Seq[T] { return nil }
`)}, "p/a_test.go": {Data: []byte("package p\nfunc InTest() {}")}}
	got, err := surface(tree, "p")
	require.NoError(t, err)
	assert.Equal(t, strings.Split(`const A Kind
const B Kind
const Loose
func Map[T any](iter.Seq[T], func(T) T) iter.Seq[T]
func New(int, int, ...Option) *Pair[int, string]
method (*Pair[K, V]) Set(K, V, V) (bool, error)
method (Kind) String() string
type Alias = map[string]Kind
type Kind uint8
type Pair[K comparable, V any] struct
type Pair[K comparable, V any] struct, Key K
type Pair[K comparable, V any] struct, Other V
type Pair[K comparable, V any] struct, Val V
type Pair[K comparable, V any] struct, embeds *sync.Mutex
type Pair[K comparable, V any] struct, embeds io.Reader
type Store interface
type Store interface, Get(context.Context, string) (Value, error)
type Store interface, embeds io.Closer
type Visit func(at, until time.Time) bool
var ErrX`, "\n"), got)
}

func TestRun(t *testing.T) {
	root := t.TempDir()
	put := func(name, text string) {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	put("doc.go", "package root")
	put("a/b/x.go", "package b\nfunc One() {}\nfunc Two() {}")
	put("internal/x.go", "package internal\nfunc Hidden() {}")
	put("examples/e/x.go", "package main\nfunc Run() {}")
	put("nested/go.mod", "module nested")
	put("nested/x.go", "package nested\nfunc Own() {}")
	put(".ci/api/gone.txt", "func Old()\n")

	err := run(root, false)
	require.ErrorContains(t, err, "gone.txt: the package is gone")
	require.ErrorContains(t, err, "a_b.txt: there is no list")

	require.NoError(t, run(root, true))
	require.NoError(t, run(root, false))
	lists, err := filepath.Glob(filepath.Join(root, ".ci/api/*.txt"))
	require.NoError(t, err)
	require.Len(t, lists, 1)
	assert.Equal(t, "a_b.txt", filepath.Base(lists[0]))

	put("a/b/x.go", "package b\nfunc One(int) {}\nfunc Two() {}")
	err = run(root, false)
	require.ErrorContains(t, err, "- func One()\n  + func One(int)")
	require.NotContains(t, err.Error(), "Two")
}
