package kit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

func session(t testing.TB, opts importer.Options) *kit.Session {
	t.Helper()
	s, err := kit.NewSession("test", opts)
	require.NoError(t, err)
	return s
}

// records gives the values of an input, envelopes marked by "=".
func records(s *kit.Session, r io.Reader) (out []string, err error) {
	for rec, err := range s.Records(r, "data", "list") {
		if err != nil {
			return out, err
		}
		v := string(rec.Data)
		if rec.Envelope {
			v = "=" + v
		}
		out = append(out, v)
	}
	return out, nil
}

func TestRecords_Forms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"white space", " \r\n\t ", nil},
		{"one object", `{"a":1}`, []string{`{"a":1}`}},
		{"one object over lines", "{\n \"a\" : [ 1,\n2 ]\n}\n", []string{"{\n \"a\" : [ 1,\n2 ]\n}"}},
		{"JSON lines", "{\"a\":1}\n{\"a\":2}\r\n\n{\"a\":3}", []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}},
		{"objects without a break", `{"a":1}{"a":2}`, []string{`{"a":1}`, `{"a":2}`}},
		{"byte order mark", "\xef\xbb\xbf{\"a\":1}", []string{`{"a":1}`}},
		{"array", ` [ {"a":1} , {"a":2} ] `, []string{`{"a":1}`, `{"a":2}`}},
		{"empty array", `[]`, nil},
		{"scalars", `1 "x" null [true,"]"]`, []string{`1`, `"x"`, `null`, `true`, `"]"`}},
		{"page", `{"object":"list","data":[{"a":1},{"a":2}],"has_more":true}`, []string{`{"a":1}`, `{"a":2}`, `={"object":"list","data":[],"has_more":true}`}},
		{"page with its elements first", `{"data":[{"a":1}],"object":"list"}`, []string{`{"a":1}`, `={"data":[],"object":"list"}`}},
		{"page with meta before", `{"meta":{"n":[1]}, "data":[{"a":1}]}`, []string{`{"a":1}`, `={"meta":{"n":[1]}, "data":[]}`}},
		{"empty page", `{"data":[ ]}`, []string{`={"data":[]}`}},
		{"two lists in a page", `{"data":[1],"x":[3],"list":[2]}`, []string{`1`, `2`, `={"data":[],"x":[3],"list":[]}`}},
		{"pages in an array", `[{"data":[1]},{"data":[2]}]`, []string{`1`, `={"data":[]}`, `2`, `={"data":[]}`}},
		{"pages one after the other", `{"data":[1]}` + "\n" + `{"data":[2]}`, []string{`1`, `={"data":[]}`, `2`, `={"data":[]}`}},
		{"an event has an object in data", `{"object":"event","data":{"object":{}}}`, []string{`{"object":"event","data":{"object":{}}}`}},
		{"a key of its own first: no page", `{"id":"x","data":[1]}`, []string{`{"id":"x","data":[1]}`}},
		{"a list in a list is an element", `{"data":[{"data":[1]}]}`, []string{`{"data":[1]}`, `={"data":[]}`}},
		{"empty object", `{}`, []string{`{}`}},
		{"only keys of pages", `{"object":"list","url":"x"}`, []string{`{"object":"list","url":"x"}`}},
		{"brackets and quotes in strings", `{"a":"}]\"{[\\"}{"b":1}`, []string{`{"a":"}]\"{[\\"}`, `{"b":1}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := records(session(t, importer.Options{}), strings.NewReader(c.in))
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			got, err = records(session(t, importer.Options{}), iotest.OneByteReader(strings.NewReader(c.in)))
			require.NoError(t, err)
			assert.Equal(t, c.want, got, "byte by byte")
		})
	}
}

func TestRecords_Broken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, message string
		before            int // records yielded before the error
	}{
		{"cut in an object", "{\"a\":1}\n{\"a\":", "test: record 2 (line 2, byte 13): a: the input ends too early", 1},
		{"cut in a string", `{"a":"x`, "test: record 1 (line 1, byte 7): a: the input ends too early", 0},
		{"cut after an escape", `{"a":"x\`, "test: record 1 (line 1, byte 7): a: the input ends too early", 0},
		{"cut in an array", `[{"a":1},`, "test: record 2 (line 1, byte 9): the input ends too early", 1},
		{"cut after an element", `[{"a":1}`, "test: record 2 (line 1, byte 8): the input ends too early", 1},
		{"cut in a page", `{"data":[1]`, "test: record 2 (line 1, byte 11): the input ends too early", 1},
		{"cut behind a page", `{"data":[1],"meta":{"x":`, "test: record 2 (line 1, byte 24): meta.x: the input ends too early", 1},
		{"no comma", `[1 2]`, "test: record 2 (line 1, byte 3): invalid character '2' after array element (expecting ',' or ']')", 1},
		{"no comma in a page", `{"data":[] "x":1}`, "test: record 1 (line 1, byte 11): invalid character '\"' after object value (expecting ',' or '}')", 0},
		{"comma and nothing", `[1,]`, "test: record 2 (line 1, byte 2): invalid character ',' at start of value", 1},
		{"crossed brackets", "{\"a\":\n[1}]", "test: record 1 (line 2, byte 8): a: invalid character '}' after array element (expecting ',' or ']')", 0},
		{"closing nothing", `]`, "test: record 1 (line 1, byte 0): invalid character ']' at start of value", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				got, err := records(session(t, importer.Options{}), r)
				require.EqualError(t, err, c.message)
				require.ErrorIs(t, err, importer.ErrSyntax)
				var at *importer.Error
				require.ErrorAs(t, err, &at)
				assert.Len(t, got, c.before)
			}
		})
	}
}

func TestRecords_Limits(t *testing.T) {
	t.Parallel()
	small := importer.Limits{RecordBytes: 64, Depth: 3, ListItems: 4, StringBytes: 10}
	for _, c := range []struct{ name, in, message string }{
		{"record", `{"a":1}` + "\n" + `{"a":["123456789","123456789","123456789"],"b":["123456789","123456789"]}`, "test: record 2 (line 2, byte 8): a record longer than 64 bytes"},
		{"record without end", `{"a":1}` + "\n{" + strings.Repeat(" ", 1000), "test: record 2 (line 2, byte 8): a record longer than 64 bytes"},
		{"number without end", strings.Repeat("1", 1000), "test: record 1 (line 1, byte 0): a record longer than 64 bytes"},
		{"depth", `{"a":[[[1]]]}`, "test: record 1 (line 1, byte 7): nested more than 3 deep"},
		{"array", `{"a":[1,2,3,4,5]}`, "test: record 1 (line 1, byte 13): an array or object of more than 4 elements"},
		{"object", `{"a":1,"b":1,"c":1,"d":1,"e":1}`, "test: record 1 (line 1, byte 24): an array or object of more than 4 elements"},
		{"string", `{"a":"12345678901"}`, "test: record 1 (line 1, byte 5): a string longer than 10 bytes"},
		{"string without end", `{"a":"` + strings.Repeat("x", 50), "test: record 1 (line 1, byte 5): a string longer than 10 bytes"},
		{"key", `{"12345678901":1}`, "test: record 1 (line 1, byte 1): a string longer than 10 bytes"},
		{"envelope", `{"data":[1],"a":"123456789","b":"123456789","c":"123456789","d":"123456789"}`, "test: record 2 (line 1, byte 59): a record longer than 64 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := records(session(t, importer.Options{Limits: small}), strings.NewReader(c.in))
			require.EqualError(t, err, c.message)
			require.ErrorIs(t, err, importer.ErrLimit)
		})
	}
	t.Run("exactly at the limits", func(t *testing.T) {
		t.Parallel()
		for _, in := range []string{`{"a":[[1]]}`, `{"a":[1,2,3,4]}`, `{"a":"1234567890"}`, `{"a":["123456789","123456789","123456789"],"b":["123456","12345"]}`[:64]} {
			_, err := records(session(t, importer.Options{Limits: small}), strings.NewReader(in))
			if len(in) == 64 { // cut: the limit is not what is wrong with it
				require.NotErrorIs(t, err, importer.ErrLimit)
				continue
			}
			require.NoError(t, err)
		}
	})
	t.Run("a list of records has none", func(t *testing.T) {
		t.Parallel()
		got, err := records(session(t, importer.Options{Limits: small}), strings.NewReader("["+strings.Repeat(`{"a":1},`, 99)+`{"a":1}]`))
		require.NoError(t, err)
		assert.Len(t, got, 100)
	})
}

func TestRecords_Readers(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	_, err := records(session(t, importer.Options{}), io.MultiReader(strings.NewReader("{\"a\":1}\n{\"a\""), iotest.ErrReader(boom)))
	require.ErrorIs(t, err, boom)
	require.EqualError(t, err, "test: record 2 (line 2, byte 12): read: boom")

	_, err = records(session(t, importer.Options{}), iotest.ErrReader(boom))
	require.ErrorIs(t, err, boom)

	_, err = records(session(t, importer.Options{}), readerFunc(func([]byte) (int, error) { return 0, nil }))
	require.ErrorIs(t, err, io.ErrNoProgress)

	_, err = records(session(t, importer.Options{}), readerFunc(func(p []byte) (int, error) { return len(p) + 1, nil }))
	require.Error(t, err, "a reader that lies about its count")

	got, err := records(session(t, importer.Options{}), iotest.DataErrReader(strings.NewReader(`{"a":1}`)))
	require.NoError(t, err)
	assert.Len(t, got, 1)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestRecords_PositionsAndProgress(t *testing.T) {
	t.Parallel()
	var seen []importer.Progress
	s := session(t, importer.Options{Progress: func(p importer.Progress) { seen = append(seen, p) }})
	in := "{\"a\":1}\n\n[{\"a\":2},\n  {\"a\":3}]"
	var at [][3]int64
	for rec, err := range s.Records(strings.NewReader(in)) {
		require.NoError(t, err)
		at = append(at, [3]int64{rec.N, rec.Line, rec.Offset})
		assert.Equal(t, string(rec.Data), in[rec.Offset:int(rec.Offset)+len(rec.Data)])
	}
	assert.Equal(t, [][3]int64{{1, 1, 0}, {2, 3, 10}, {3, 4, 21}}, at)
	require.Len(t, seen, 1, "once at the end of a short input")
	assert.Equal(t, importer.Progress{Bytes: int64(len(in)), Records: 3}, seen[0])

	seen = nil
	long := strings.Repeat(`{"a":"`+strings.Repeat("x", 1000)+"\"}\n", 5000)
	_, err := records(s, strings.NewReader(long))
	require.NoError(t, err)
	assert.Len(t, seen, 5, "4.8 MiB: after each whole MiB, and at the end")
	assert.Equal(t, int64(len(in)+len(long)), seen[4].Bytes, "all inputs of the session together")
}

func TestRecords_List(t *testing.T) {
	t.Parallel()
	var lists []string
	for rec, err := range session(t, importer.Options{}).Records(strings.NewReader(`{"data":[1],"list":[2]} 3 [4]`), "data", "list") {
		require.NoError(t, err)
		lists = append(lists, string(rec.Data[:1])+rec.List)
	}
	assert.Equal(t, []string{"1data", "2list", "{", "3", "4"}, lists)
}

func TestRecords_StopsWhenToldTo(t *testing.T) {
	t.Parallel()
	n := 0
	for _, err := range session(t, importer.Options{}).Records(strings.NewReader(`[1,2,3] this is not read`)) {
		require.NoError(t, err)
		if n++; n == 2 {
			break
		}
	}
	assert.Equal(t, 2, n)
}

// FuzzRecords_AsDecoder: what encoding/json reads from a stream of values is
// what Records yields, and what it refuses, Records or Decode refuse.
func FuzzRecords_AsDecoder(f *testing.F) {
	for _, s := range []string{`{"a":1}{"b":[1,2,{"c":"\"}"}]}`, `[1,"x",null,{"a":[]}] 2`, `{"data":[{"id":"a"}],"has_more":false}`, `{"a":`, `[1,]`, "\xef\xbb\xbf1", `{"data":[1],}`} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, in []byte, chunk uint8) {
		if len(in) > 4096 || bytes.HasPrefix(in, []byte("\xef\xbb\xbf")) {
			return
		}
		var want []string
		var wantErr error
		for d := json.NewDecoder(bytes.NewReader(in)); ; {
			var v json.RawMessage
			if wantErr = d.Decode(&v); wantErr != nil {
				break
			}
			var elements []json.RawMessage
			switch v[0] {
			case '{', '[':
			default:
				return // "00" is two numbers to Decoder and none to Records
			}
			if v[0] == '[' {
				if err := json.Unmarshal(v, &elements); err != nil {
					t.Fatal(err)
				}
			} else {
				elements = []json.RawMessage{v}
			}
			for _, e := range elements {
				want = append(want, string(e))
			}
		}

		s, err := kit.NewSession("fuzz", importer.Options{Limits: importer.Limits{Depth: 5000, ListItems: 10000}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		var gotErr error
		for rec, err := range s.Records(&chunks{in: in, n: int(chunk)%7 + 1}) {
			if err != nil {
				gotErr = err
				break
			}
			got = append(got, string(rec.Data))
		}
		if errors.Is(wantErr, io.EOF) {
			if gotErr != nil {
				t.Fatalf("%q: %v", in, gotErr)
			}
			if len(got) != len(want) {
				t.Fatalf("%q: %q, want %q", in, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%q: %q, want %q", in, got, want)
				}
			}
			return
		}
		if gotErr == nil {
			t.Fatalf("%q: accepted as %q, encoding/json says %v", in, got, wantErr)
		}
		var typed *importer.Error
		if !errors.As(gotErr, &typed) || typed.Offset < 0 || typed.Offset > int64(len(in)) || typed.Line < 1 {
			t.Fatalf("%q: error without a place: %#v", in, gotErr)
		}
	})
}

// chunks reads n bytes at a time.
type chunks struct {
	in []byte
	n  int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.in) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.in)
	c.in = c.in[n:]
	return n, nil
}
