package journey_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

// The bytes are kept by other people: they must not change.
func TestSnapshot_BytesAreStable(t *testing.T) {
	t.Parallel()
	b, err := cases.FullSnapshot().MarshalBinary()
	require.NoError(t, err)
	const at, later, due = "0190c83205cf8718", "013081634bd28718", "01901a25251b8c18"
	want := "4c4a53" + "01" + // magic, version
		"05" + hex.EncodeToString([]byte("trial")) + "04" + hex.EncodeToString([]byte("ab12")) +
		"04" + hex.EncodeToString([]byte("acme")) + "05" + hex.EncodeToString([]byte("trial")) +
		at + later + "ac02" + "1032547698badcfe" + "01" + due +
		"01" + "09" + hex.EncodeToString([]byte("activated")) +
		"03" +
		"05" + hex.EncodeToString([]byte("habit")) + "00" + "01" + "00" + "01" + at +
		"04" + hex.EncodeToString([]byte("paid")) + "02" + "00" +
		"04" + hex.EncodeToString([]byte("team")) + "00" + "01" + "06" + hex.EncodeToString([]byte("invite")) + "00"
	assert.Equal(t, want, hex.EncodeToString(b[:len(b)-4]))
	// CRC-32C is that of RFC 3720, whose check value for "123456789" is e3069283.
	table := crc32.MakeTable(crc32.Castagnoli)
	require.Equal(t, uint32(0xe3069283), crc32.Checksum([]byte("123456789"), table))
	assert.Equal(t, crc32.Checksum(b[:len(b)-4], table), binary.LittleEndian.Uint32(b[len(b)-4:]))
	// The times, written out by hand.
	n, err := hex.DecodeString(at)
	require.NoError(t, err)
	assert.Equal(t, int64(1767609000)*1e9+1, int64(binary.LittleEndian.Uint64(n)), "date -u -d '2026-01-05 10:30' +%s")

	text, err := json.Marshal(cases.FullSnapshot())
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"definition": "trial", "hash": "ab12", "customer": "acme", "stage": "trial",
		"since": "2026-01-05T10:30:00.000000001Z", "last": "2026-01-05T11:30:00.000000001Z",
		"seq": 300, "last_event": "18364758544493064720", "reached": ["activated"],
		"progress": [
			{"milestone": "habit", "marks": [{"at": "2026-01-05T10:30:00.000000001Z"}]},
			{"milestone": "paid", "count": 2},
			{"milestone": "team", "marks": [{"event": "invite"}]}
		],
		"due": "2026-01-19T10:30:00.000000001Z"
	}`, string(text))
	plain, err := json.Marshal(cases.ABC(t).Start("acme", cases.Hour(0)).Snapshot())
	require.NoError(t, err)
	assert.NotContains(t, string(plain), "due", "what is empty is left out")
	assert.NotContains(t, string(plain), "reached")
}

func TestSnapshot_EveryChangedByteIsNoticed(t *testing.T) {
	t.Parallel()
	good, err := cases.FullSnapshot().MarshalBinary()
	require.NoError(t, err)
	for i := range good {
		for bit := range 8 {
			b := slices.Clone(good)
			b[i] ^= 1 << bit
			var s journey.Snapshot
			err := s.UnmarshalBinary(b)
			require.ErrorIs(t, err, journey.ErrSnapshot, "byte %d bit %d", i, bit)
			require.Equal(t, journey.Snapshot{}, s, "nothing is half read")
		}
		require.ErrorIs(t, new(journey.Snapshot).UnmarshalBinary(good[:i]), journey.ErrSnapshot, "cut at %d", i)
	}
}

// sealed puts a right checksum behind wrong content.
func sealed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(body, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
}

func TestSnapshot_BadBytesSayWhy(t *testing.T) {
	t.Parallel()
	good, err := cases.FullSnapshot().MarshalBinary()
	require.NoError(t, err)
	body := good[:len(good)-4]
	change := func(at int, to byte) []byte {
		b := slices.Clone(body)
		b[at] = to
		return sealed(b)
	}
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, `0 bytes that do not begin with "LJS"`},
		{"something else", []byte("%PDF-1.7"), `do not begin with "LJS"`},
		{"a later version", []byte("LJS\x02...."), "version 2, this library reads 1"},
		{"no checksum", []byte("LJS\x01.."), "too few for a checksum"},
		{"changed", append(slices.Clone(body), 0, 0, 0, 0), "they were changed or cut short"},
		{"cut and sealed", sealed(slices.Clone(body[:40])), "bytes wanted"},
		{"more behind", sealed(append(slices.Clone(body), 7)), "1 bytes too many"},
		{"text too long", change(4, 0xFF), "at most 128"},
		{"a number longer than needed", sealed(append([]byte("LJS\x01\x80\x00"), body[5:]...)), "a number longer than needed"},
		{"flag", change(4+6+5+5+6+8+8+2+8, 2), "flag 2, want 0 or 1"},
		{"no more numbers", sealed([]byte("LJS\x01\x80")), "no number here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := new(journey.Snapshot).UnmarshalBinary(tt.data)
			require.ErrorIs(t, err, journey.ErrSnapshot)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestSnapshot_ValidateReportsEveryField(t *testing.T) {
	t.Parallel()
	require.NoError(t, cases.FullSnapshot().Validate())
	long := strings.Repeat("x", 129)
	bad := journey.Snapshot{
		Definition: long, Hash: long, Customer: strings.Repeat("x", 1025), Stage: "",
		Since: time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC), Last: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC),
		Seq: -1, Due: time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC),
		Reached: []string{"b", "a", "a", ""},
		Progress: []journey.Progress{
			{Milestone: "z", Count: -1},
			{Milestone: "a", Count: math.MaxInt64, Marks: []journey.Mark{{Event: "z"}, {Event: "a"}, {Event: journey.Trigger(long)}}},
			{Milestone: "b", Marks: make([]journey.Mark, 101)},
			{Milestone: "c", Marks: []journey.Mark{{At: time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)}}},
		},
	}
	err := bad.Validate()
	for _, want := range []string{
		"Customer has 1025 bytes, want 1 to 1024", "Definition has 129 bytes, want 0 to 128", "Hash has 129", "Stage has 0 bytes, want 1 to 128",
		"Since is 1899-01-01T00:00:00Z", "Last is 2300-01-01T00:00:00Z", "Seq is -1", "Due 1800-01-01T00:00:00Z does not lie after Since",
		`Reached[1] "a" does not sort`, `Reached[2] "a" does not sort`, "Reached[3] has 0 bytes",
		"Progress[0].Count is -1, want 0 to 1000000", `Progress[1].Milestone "a" does not sort`, "Progress[1].Count is 9223372036854775807",
		"Progress[1].Marks[1] does not sort", "Progress[1].Marks[2].Event has 129 bytes", "Progress[2] has 101 marks, at most 100",
		"Progress[3].Marks[0].At is 1800-01-01T00:00:00Z",
	} {
		assert.ErrorContains(t, err, want)
	}
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		require.ErrorIs(t, e, journey.ErrSnapshot)
	}
	many := cases.FullSnapshot()
	many.Reached = make([]string, 65)
	require.ErrorContains(t, many.Validate(), "65 milestones reached")
	back := cases.FullSnapshot()
	back.Last = back.Since.Add(-1)
	require.ErrorContains(t, back.Validate(), "lies before Since")
	b, err := bad.AppendBinary([]byte("before"))
	require.ErrorIs(t, err, journey.ErrSnapshot)
	assert.Equal(t, "before", string(b), "nothing is appended")
	_, err = cases.ABC(t).Restore(bad)
	require.ErrorIs(t, err, journey.ErrSnapshot)
	assert.Equal(t, journey.Snapshot{}, journey.Journey{}.Snapshot(), "the zero journey has the zero snapshot")
	require.Error(t, journey.Snapshot{}.Validate(), "which is refused")
}

func TestSnapshot_CloneSharesNothing(t *testing.T) {
	t.Parallel()
	s := cases.FullSnapshot()
	c := s.Clone()
	require.True(t, s.Equal(c))
	c.Reached[0], c.Progress[1].Count, c.Progress[0].Marks[0].At = "x", 9, time.Time{}
	assert.True(t, s.Equal(cases.FullSnapshot()))
	assert.False(t, s.Equal(c))
}

// walked is a journey under the trial definition with one milestone reached and
// another on its way.
func walked(t testing.TB) journey.Journey {
	t.Helper()
	d := cases.Trial(t)
	j, err := d.Step(d.Start("acme", cases.OnDay(0)), journey.Event{Trigger: "import", At: cases.OnDay(3), ID: "e1"})
	require.NoError(t, err)
	return j
}

func TestRestore_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	d := cases.Trial(t)
	edit := func(f func(*journey.Snapshot)) journey.Snapshot {
		s := walked(t).Snapshot()
		f(&s)
		return s
	}
	for _, tt := range []struct {
		name string
		s    journey.Snapshot
		is   error
		want string
	}{
		{
			"another definition", edit(func(s *journey.Snapshot) { s.Definition, s.Hash = "old", "0123456789abcdef" }), journey.ErrForeign,
			`customer "acme": snapshot of "old" (0123456789ab…) into "trial" (` + d.Hash()[:12] + `…): another definition and no migration from it`,
		},
		{"stage", edit(func(s *journey.Snapshot) { s.Stage = "gone" }), journey.ErrUnknownStage, `no stage "gone"`},
		{
			"milestones", edit(func(s *journey.Snapshot) {
				s.Reached = []string{"first value", "unheard of"}
				s.Progress = append(s.Progress, journey.Progress{Milestone: "nor this", Count: 1})
			}), journey.ErrUnknownMilestone, `no milestone ["nor this" "unheard of"]`,
		},
		{
			"all of it", edit(func(s *journey.Snapshot) { s.Hash, s.Stage, s.Reached = "00", "gone", []string{"x"} }), journey.ErrForeign,
			`another definition and no migration from it; no stage "gone"; no milestone ["x"]`,
		},
		{"an event of another milestone", edit(func(s *journey.Snapshot) { s.Progress[0].Marks[0].Event = "pay" }), journey.ErrSnapshot, `progress does not fit the rule of milestone ["activated"]`},
		{"a time where none counts", edit(func(s *journey.Snapshot) { s.Progress[0].Marks[0].At = cases.OnDay(1) }), journey.ErrSnapshot, "progress"},
		{"a count where none is", edit(func(s *journey.Snapshot) { s.Progress[0].Count = 1 }), journey.ErrSnapshot, "progress"},
		{"progress with nothing in it", edit(func(s *journey.Snapshot) { s.Progress[0].Marks = nil }), journey.ErrSnapshot, "progress"},
		{"an event twice", edit(func(s *journey.Snapshot) {
			s.Progress[0].Marks = []journey.Mark{{Event: "import"}, {Event: "import"}}
		}), journey.ErrSnapshot, "progress"},
		{"enough to be reached", edit(func(s *journey.Snapshot) {
			s.Progress[0].Marks = []journey.Mark{{Event: "import"}, {Event: "invite"}}
		}), journey.ErrSnapshot, "progress"},
		{"progress of what is reached", edit(func(s *journey.Snapshot) { s.Reached = []string{"activated"} }), journey.ErrSnapshot, "progress"},
		{"progress of what needs none", edit(func(s *journey.Snapshot) { s.Progress[0].Milestone, s.Reached = "first value", nil }), journey.ErrSnapshot, "progress"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j, err := d.Restore(tt.s)
			require.ErrorIs(t, err, tt.is)
			require.ErrorContains(t, err, tt.want)
			require.Equal(t, journey.Journey{}, j)
		})
	}
}

func TestRestore_Windows(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "a", Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}},
		Milestones: []journey.Milestone{
			{Name: "habit", Events: []journey.Trigger{"login"}, Rule: journey.CountOf, N: 3, Within: cases.Day},
			{Name: "three", Events: []journey.Trigger{"login"}, Rule: journey.CountOf, N: 3},
			{Name: "tour", Events: []journey.Trigger{"login", "look"}, Rule: journey.AllOf, Within: cases.Day},
		},
	})
	require.NoError(t, err)
	s := d.Start("acme", cases.Hour(0)).Snapshot()
	for _, progress := range []journey.Progress{
		{Milestone: "habit", Marks: []journey.Mark{{At: cases.Hour(0)}, {At: cases.Hour(1)}, {At: cases.Hour(2)}}}, // three are enough
		{Milestone: "habit", Marks: []journey.Mark{{Event: "login", At: cases.Hour(0)}}},
		{Milestone: "habit", Marks: []journey.Mark{{}}},
		{Milestone: "habit", Count: 1},
		{Milestone: "three", Count: 3},
		{Milestone: "three", Marks: []journey.Mark{{At: cases.Hour(0)}}},
		{Milestone: "tour", Marks: []journey.Mark{{Event: "login"}}},
		{Milestone: "tour", Marks: []journey.Mark{{Event: "login", At: cases.Hour(0)}, {Event: "login", At: cases.Hour(1)}}},
	} {
		s.Progress = []journey.Progress{progress}
		_, err := d.Restore(s)
		require.ErrorIs(t, err, journey.ErrSnapshot, "%+v", progress)
	}
	s.Progress = []journey.Progress{
		{Milestone: "habit", Marks: []journey.Mark{{At: cases.Hour(0)}}},
		{Milestone: "three", Count: 2},
		{Milestone: "tour", Marks: []journey.Mark{{Event: "look", At: cases.Hour(0)}}},
	}
	j, err := d.Restore(s)
	require.NoError(t, err)
	j, err = d.Step(j, journey.Event{Trigger: "login", At: cases.Hour(2)})
	require.NoError(t, err)
	assert.Equal(t, []string{"three", "tour"}, j.Milestones())
	j, err = d.Step(j, journey.Event{Trigger: "login", At: cases.Hour(3)})
	require.NoError(t, err)
	assert.True(t, j.Reached("habit"), "the mark of the snapshot is one of the three")
}

func TestMigration(t *testing.T) {
	t.Parallel()
	spec := cases.TrialSpec()
	spec.Name = "next"
	spec.Milestones = []journey.Milestone{
		{Name: "set up", Events: []journey.Trigger{"upload", "invite"}, Rule: journey.AllOf},
		{Name: "first value", Events: []journey.Trigger{"upload"}},
	}
	spec.Transitions[2].Gate = "set up"
	now, err := journey.Define(spec)
	require.NoError(t, err)
	s := walked(t).Snapshot()

	_, err = now.Restore(s)
	require.ErrorIs(t, err, journey.ErrForeign)
	_, err = now.Restore(s, journey.Migration{From: "another hash"})
	require.ErrorIs(t, err, journey.ErrForeign, "a migration from elsewhere does not apply")
	_, err = now.Restore(s, journey.Migration{})
	require.NotErrorIs(t, err, journey.ErrForeign)
	require.ErrorIs(t, err, journey.ErrUnknownMilestone)
	require.ErrorContains(t, err, `no milestone ["activated"]`)
	_, err = now.Restore(s, journey.Migration{Milestones: map[string]string{"activated": "set up"}})
	require.ErrorContains(t, err, `progress does not fit the rule of milestone ["set up"]`, "it does not know the event import")
	var re *journey.RestoreError
	require.ErrorAs(t, err, &re)
	assert.True(t, re.Migrated)
	assert.Equal(t, []string{"set up"}, re.Progress)

	carried, err := now.Restore(s, journey.Migration{
		Milestones: map[string]string{"activated": "set up"}, Triggers: map[journey.Trigger]journey.Trigger{"import": "upload"},
	})
	require.NoError(t, err)
	carried, err = now.Step(carried, journey.Event{Trigger: "invite", At: cases.OnDay(4)})
	require.NoError(t, err)
	assert.True(t, carried.Reached("set up"))

	anew, err := now.Restore(s, journey.Migration{Milestones: map[string]string{"activated": "set up"}, Restart: []string{"set up"}})
	require.NoError(t, err)
	anew, err = now.Step(anew, journey.Event{Trigger: "invite", At: cases.OnDay(4)})
	require.NoError(t, err)
	assert.False(t, anew.Reached("set up"))
	assert.True(t, anew.Reached("first value"), "what has been reached stays")

	forgotten, err := now.Restore(s, journey.Migration{Milestones: map[string]string{"activated": "", "first value": ""}})
	require.NoError(t, err)
	assert.Empty(t, forgotten.Milestones())
	assert.True(t, s.Equal(walked(t).Snapshot()), "the snapshot itself is left alone")

	exact, err := now.Restore(s,
		journey.Migration{Milestones: map[string]string{"activated": ""}},
		journey.Migration{From: s.Hash, Milestones: map[string]string{"activated": "", "first value": ""}},
	)
	require.NoError(t, err)
	assert.Empty(t, exact.Milestones(), "the migration that names the hash comes first")
	assert.Equal(t, cases.OnDay(0), exact.Since())
	assert.Equal(t, cases.OnDay(3), exact.Last())
	assert.EqualValues(t, 1, exact.Seq())
}

func FuzzSnapshot_RoundTrip(f *testing.F) {
	b, err := cases.FullSnapshot().MarshalBinary()
	require.NoError(f, err)
	f.Add(b[:len(b)-4])
	b, err = walked(f).Snapshot().MarshalBinary()
	require.NoError(f, err)
	f.Add(b[:len(b)-4])
	f.Add([]byte("LJS\x01"))
	d := cases.Trial(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		if s := new(journey.Snapshot); s.UnmarshalBinary(body) == nil {
			t.Fatal("bytes without a checksum were read")
		}
		data := sealed(body)
		var s journey.Snapshot
		if err := s.UnmarshalBinary(data); err != nil {
			if !errors.Is(err, journey.ErrSnapshot) {
				t.Fatalf("not an ErrSnapshot: %v", err)
			}
			return
		}
		again, err := s.MarshalBinary()
		if err != nil || string(again) != string(data) {
			t.Fatalf("%x was read and written as %x, %v", data, again, err)
		}
		j, err := d.Restore(s, journey.Migration{})
		if err != nil {
			return
		}
		if back := j.Snapshot(); back.Seq != s.Seq || back.Stage != s.Stage || !slices.Equal(back.Reached, s.Reached) || !back.Since.Equal(s.Since) {
			t.Fatalf("%+v was restored as %+v", s, back)
		}
		if _, err := d.Step(j, journey.Event{Trigger: "import", At: journeytest.Origin()}); err != nil && errors.Is(err, journey.ErrNotStarted) {
			t.Fatal(err)
		}
	})
}

func FuzzSnapshot_JSON(f *testing.F) {
	text, err := json.Marshal(cases.FullSnapshot())
	require.NoError(f, err)
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		var s, again journey.Snapshot
		if json.Unmarshal(text, &s) != nil || s.Validate() != nil {
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out, &again); err != nil {
			t.Fatal(err)
		}
		// JSON replaces bytes that are no UTF-8; those cannot come from JSON.
		if !s.Equal(again) {
			t.Fatalf("%s\n%s", text, out)
		}
	})
}

// What the quick check lets pass, the slow one would too.
func TestSnapshot_ValidateSeesEveryField(t *testing.T) {
	t.Parallel()
	good := cases.Lifecycle(t).Start("acme", day0).Snapshot()
	require.NoError(t, good.Validate())
	long := strings.Repeat("x", journey.MaxName+1)
	for what, change := range map[string]func(*journey.Snapshot){
		"definition": func(s *journey.Snapshot) { s.Definition = long },
		"hash":       func(s *journey.Snapshot) { s.Hash = long },
		"stage":      func(s *journey.Snapshot) { s.Stage = journey.Stage(long) },
		"no stage":   func(s *journey.Snapshot) { s.Stage = "" },
		"customer":   func(s *journey.Snapshot) { s.Customer = strings.Repeat("x", 1_024+1) },
		"nobody":     func(s *journey.Snapshot) { s.Customer = "" },
		"seq":        func(s *journey.Snapshot) { s.Seq = -1 },
		"last":       func(s *journey.Snapshot) { s.Last = s.Since.Add(-1) },
		"due":        func(s *journey.Snapshot) { s.Due = s.Since },
		"since":      func(s *journey.Snapshot) { s.Since = time.Time{} },
	} {
		bad := good
		change(&bad)
		require.ErrorIs(t, bad.Validate(), journey.ErrSnapshot, what)
	}
	at := good
	at.Seq, at.Due = 0, at.Since.Add(1)
	at.Stage, at.Customer = journey.Stage(long[1:]), strings.Repeat("x", 1_024)
	require.NoError(t, at.Validate(), "the limits themselves are allowed")
}
