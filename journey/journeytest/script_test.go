package journeytest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func ExampleParse() {
	script, err := journeytest.Parse(`
		# what a person would write into a bug report
		acme    trial_started   2026-01-05
		acme    "Invite Sent"   2026-01-05T10:30  id=e7 channel=Email attr.seats=3
		acme    trial_expired   +14d
		globex: 1a 2b
	`, journeytest.ScriptOptions{Names: map[string]string{"a": "visited", "b": "signed_up"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range script {
		fmt.Println(e.Customer, e.Name, e.At.Format("2006-01-02 15:04"), e.ID, e.Channel, e.Attrs)
	}
	// Output:
	// acme trial_started 2026-01-05 00:00   map[]
	// acme Invite Sent 2026-01-05 10:30 e7 Email map[seats:3]
	// acme trial_expired 2026-01-19 10:30   map[]
	// globex visited 2026-01-02 00:00   map[]
	// globex signed_up 2026-01-03 00:00   map[]
}

func TestParse_Compact(t *testing.T) {
	t.Parallel()
	origin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := journeytest.Parse("1a 2b 12c 0_x-y", journeytest.ScriptOptions{Origin: origin, Unit: time.Second, Customer: "p1"})
	require.NoError(t, err)
	assert.Equal(t, []journey.Event{
		{Customer: "p1", Trigger: "a", At: origin.Add(1 * time.Second)},
		{Customer: "p1", Trigger: "b", At: origin.Add(2 * time.Second)},
		{Customer: "p1", Trigger: "c", At: origin.Add(12 * time.Second)},
		{Customer: "p1", Trigger: "_x-y", At: origin},
	}, s.Events())
}

func TestParse_Readable(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	s, err := journeytest.Parse(strings.Join([]string{
		`"Acme Inc." "say \"hi\"" 2026-07-01T09:00 source=crm campaign="spring sale" # a note`,
		`"Acme Inc." next +1w2d3h30m`,
		`zulu x 2026-07-01T09:00:05+02:00`,
		`zulu y +0d`,
		`early x +36h`,
	}, "\r\n"), journeytest.ScriptOptions{Location: berlin})
	require.NoError(t, err)
	require.Len(t, s, 5)
	nine := time.Date(2026, 7, 1, 7, 0, 0, 0, time.UTC) // summer time
	assert.Equal(t, "Acme Inc.", s[0].Customer)
	assert.Equal(t, `say "hi"`, s[0].Name)
	assert.Equal(t, "crm", s[0].Source)
	assert.Equal(t, "spring sale", s[0].Campaign)
	assert.True(t, nine.Equal(s[0].At))
	assert.True(t, nine.Add(9*24*time.Hour+3*time.Hour+30*time.Minute).Equal(s[1].At))
	assert.True(t, nine.Add(5*time.Second).Equal(s[2].At))
	assert.True(t, s[2].At.Equal(s[3].At))
	assert.True(t, journeytest.Origin().Add(36*time.Hour).Equal(s[4].At), "a first relative time counts from the origin")
	assert.Equal(t, []int{1, 2, 3, 4, 5}, []int{s[0].Line, s[1].Line, s[2].Line, s[3].Line, s[4].Line})

	log, err := s.Log()
	require.NoError(t, err)
	assert.Equal(t, 5, log.Len())
	assert.Equal(t, 3, log.Customers())
	touch := s.Touchpoints()[0]
	assert.Equal(t, touchpoint.Event{
		Customer: "Acme Inc.", Name: `say "hi"`, At: s[0].At, Source: "crm", Campaign: "spring sale",
	}, touch)
}

func TestParse_ReportsEveryBadLine(t *testing.T) {
	t.Parallel()
	_, err := journeytest.Parse(strings.Join([]string{
		"1a 2b",
		"1a b2",
		"acme signup",
		"acme signup 2026-13-01",
		"acme signup 2026-01-01 chanel=Email",
		"acme signup 2026-01-01 id=1 id=2",
		"acme signup 2026-01-01 note",
		`acme "signup 2026-01-01`,
		`acme sign"up" 2026-01-01`,
		"acme signup +14x",
		"acme signup +-3h",
		"99999999999999999999a",
		"9999999999a",
		": 1a",
		"acme signup 1600-01-01",
		"acme signup +999999999w",
		`"" signup 2026-01-01`,
		"900000a",
	}, "\n"), journeytest.ScriptOptions{})
	require.Error(t, err)
	var got []string
	for _, e := range unjoin(err) {
		var se *journeytest.ScriptError
		require.ErrorAs(t, e, &se)
		got = append(got, fmt.Sprintf("%d %s: %s", se.Line, se.Token, se.Reason))
	}
	assert.Equal(t, []string{
		`2 b2: want a number and a name as in "1a 2b 3c", or a line "customer name 2026-01-05"`,
		`3 acme: want a number and a name as in "1a 2b 3c", or a line "customer name 2026-01-05"`,
		`4 2026-13-01: not a time, want 2026-01-05, 2026-01-05T10:30, RFC 3339 or +14d`,
		`5 chanel=Email: unknown field "chanel", want id, channel, source, campaign or attr.KEY`,
		`6 id=2: the field id stands twice`,
		`7 note: want a field, key=value`,
		`8 "signup 2026-01-01: a quote that does not end or has an unknown escape`,
		`9 sign"up": a quote stands around the whole of a word or after =`,
		`10 +14x: not a time to go forward by, want +14d, +1w2d or +3h30m`,
		`11 +-3h: not a time to go forward by, want +14d, +1w2d or +3h30m`,
		`12 99999999999999999999a: number 99999999999999999999 times the unit 24h0m0s is too large`,
		`13 9999999999a: number 9999999999 times the unit 24h0m0s is too large`,
		`14 :: no customer before the colon`,
		`15 signup: year 1600, want 1900 to 2200`,
		`16 +999999999w: too long`,
		`17 signup: customer "" and name "signup" must not be empty`,
		`18 900000a: number 900000 times the unit 24h0m0s is too large`,
	}, got)

	_, err = journeytest.Parse(strings.Repeat("nonsense\n", 100_000), journeytest.ScriptOptions{})
	assert.LessOrEqual(t, len(unjoin(err)), 101, "the list is bounded")
	_, err = journeytest.Parse("1a", journeytest.ScriptOptions{Unit: -1})
	assert.ErrorContains(t, err, "want more than 0")
}

func unjoin(err error) []error {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return list.Unwrap()
	}
	return []error{err}
}

func TestMustParse_EndsTheTest(t *testing.T) {
	t.Parallel()
	rec := &recorder{TB: t}
	rec.run(func() { journeytest.MustParse(rec, "no script") })
	assert.True(t, rec.fatal)
	assert.Contains(t, strings.Join(rec.lines, "\n"), `line 1: "no"`)
	assert.Len(t, journeytest.MustParse(t, "1a 2b"), 2)
}

// recorder stands in for a test that is expected to fail.
type recorder struct {
	testing.TB
	lines []string
	fatal bool
}

type fatalCall struct{}

func (r *recorder) run(f func()) {
	defer func() {
		if p := recover(); p != nil && p != any(fatalCall{}) {
			panic(p)
		}
	}()
	f()
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.fatal = true
	panic(fatalCall{})
}

func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func FuzzParse_NeverPanicsAndNeverLies(f *testing.F) {
	f.Add("1a 2b 3c\nacme: 1a")
	f.Add("عميل: 1a")
	f.Add("à Å 2026-01-05\nÅ: 1ภ 2م\x85\xa0 3\u0085b\u00a04c")
	f.Add("acme \"x y\" 2026-01-05T10:30:00+01:00 id=\"a b\" attr.k=v # c\nacme z +1w2d3h")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := journeytest.Parse(text, journeytest.ScriptOptions{})
		if err != nil && s != nil {
			t.Fatal("both events and an error")
		}
		for _, e := range s {
			if e.Customer == "" || e.Name == "" || e.At.UTC().Year() < 1900 || e.At.UTC().Year() > 2200 || e.Line < 1 {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// A letter whose bytes look like a space's is a letter; every token takes
// something from the text, so that reading ends.
func TestLaw_EveryTokenConsumesInput(t *testing.T) {
	t.Parallel()
	letters := []rune("aé1àÅŠłمعภ世\u2028" + "🙂")
	rapid.Check(t, func(t *rapid.T) {
		var text, names []string
		for i := range rapid.IntRange(1, 6).Draw(t, "words") {
			word := ""
			for range rapid.IntRange(1, 5).Draw(t, "letters") {
				if c := rapid.SampledFrom(letters).Draw(t, "letter"); !unicode.IsSpace(c) && (word != "" || c != '1') {
					word += string(c)
				}
			}
			if word != "" {
				names = append(names, word)
				text = append(text, fmt.Sprintf("%d%s", i, word))
			}
		}
		blank := rapid.SampledFrom([]string{" ", "\t", "\u00a0", "\u0085", " \u3000 "}).Draw(t, "blank")
		s, err := journeytest.Parse("à: "+strings.Join(text, blank), journeytest.ScriptOptions{})
		require.NoError(t, err)
		require.Len(t, s, len(names))
		for i, e := range s {
			require.Equal(t, "à", e.Customer)
			require.Equal(t, names[i], e.Name)
		}
	})
	long := strings.Repeat("9", 5_000)
	for _, text := range []string{long + "a", "acme x +" + long + "d", "acme x 2026-01-05 k" + long + "=v", "1" + strings.Repeat("é", 5_000) + " 1"} {
		_, err := journeytest.Parse(text, journeytest.ScriptOptions{})
		require.Error(t, err)
		require.Less(t, len(err.Error()), 400)
		require.True(t, utf8.ValidString(err.Error()))
	}
}
