package kit

import (
	"cmp"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Session is what one importer keeps: its options, what it found and how far
// it is. Make one with NewSession; the zero Session has no limits but zero and
// refuses all input.
//
// A Session is for one goroutine.
type Session struct {
	name     string
	opts     importer.Options
	kept     []billing.Finding
	tallies  map[tallyKey]int64
	kinds    map[string]bool
	once     map[string]bool
	progress importer.Progress
	// wires is what is known of wire structs, part what used gave last.
	wires map[reflect.Type]*wire
	part  []byte
	// members and around are what Around last found and decoded.
	members []member
	around  []byte
}

type tallyKey struct {
	severity billing.Severity
	code     billing.Code
}

// NewSession checks the options and fills in their defaults. The name, that of
// the importing package, begins its error messages.
func NewSession(name string, opts importer.Options) (*Session, error) {
	if err := opts.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	opts.Limits = opts.Limits.WithDefaults()
	return &Session{name: name, opts: opts}, nil
}

// Options are those of NewSession, with the limits filled in.
func (s *Session) Options() importer.Options { return s.opts }

// Progress is how far the importer is.
func (s *Session) Progress() importer.Progress { return s.progress }

// Yielded counts a span or line given to the caller.
func (s *Session) Yielded() { s.progress.Yielded++ }

// Repeated counts an event that was delivered before.
func (s *Session) Repeated() { s.progress.Repeats++ }

// Find takes a finding: counts it, and keeps it or hands it to
// Options.Finding.
func (s *Session) Find(f billing.Finding) {
	s.progress.Findings++
	if s.tallies == nil {
		s.tallies = map[tallyKey]int64{}
	}
	s.tallies[tallyKey{f.Severity, f.Code}]++
	if s.opts.Finding != nil {
		s.opts.Finding(f)
		return
	}
	if len(s.kept) < s.opts.Limits.Findings {
		s.kept = append(s.kept, f)
	}
}

// FindOnce is Find for what is worth saying once however often it is met; key
// tells such things apart.
func (s *Session) FindOnce(key string, f billing.Finding) {
	if s.once[key] {
		return
	}
	if s.once == nil {
		s.once = map[string]bool{}
	}
	if len(s.once) < maxKinds { // beyond that, said each time rather than never
		s.once[key] = true
	}
	s.Find(f)
}

// Findings are those kept so far, in the order they were made: the first
// Limits.Findings of them, and none where Options.Finding takes them. The
// slice is the caller's.
func (s *Session) Findings() []billing.Finding { return slices.Clone(s.kept) }

// Tallies counts all findings, kept or not: the severest first, then by code.
func (s *Session) Tallies() []importer.Tally {
	out := make([]importer.Tally, 0, len(s.tallies))
	for k, n := range s.tallies {
		out = append(out, importer.Tally{Severity: k.severity, Code: k.code, N: n})
	}
	slices.SortFunc(out, func(a, b importer.Tally) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// maxKinds is how many different unknown kinds of records are named.
const maxKinds = 256

// Skip counts a record that is not imported and finds why, once for each kind
// (of the first 256): an export of events is mostly other things.
func (s *Session) Skip(kind, record, why string) {
	s.progress.Skipped++
	if kind == "" {
		kind = "(none)"
	}
	if s.kinds[kind] || len(s.kinds) >= maxKinds {
		return
	}
	if s.kinds == nil {
		s.kinds = map[string]bool{}
	}
	s.kinds[kind] = true
	s.Find(billing.Finding{
		Code: billing.CodeUnsupported, Severity: billing.Notice, Record: text.Clip(record), Field: "object", Value: text.Clip(kind),
		Message: why + "; skipped, which is said once for each kind",
	})
}

// fail makes the error that ends an import at a record.
func (s *Session) fail(rec *Record, offset int64, reason string, err error) *importer.Error {
	e := &importer.Error{Importer: s.name, Offset: offset, Reason: reason, Err: err}
	if rec != nil {
		e.Record, e.Line = rec.N, rec.Line
	}
	return e
}

// Overflow is the error for more than a limit allows of something that is kept.
func (s *Session) Overflow(what, field string, limit int) error {
	return &importer.Error{
		Importer: s.name, Field: "Options.Limits." + field, Value: strconv.Itoa(limit),
		Reason: "more " + what + " than this", Err: importer.ErrLimit,
	}
}

// counter counts what is read and reports progress.
type counter struct {
	s    *Session
	last int64
}

const progressStep = 1 << 20

func (c *counter) used(n int64) {
	p := &c.s.progress
	p.Bytes += n
	if c.s.opts.Progress != nil && p.Bytes-c.last >= progressStep {
		c.last = p.Bytes
		c.s.opts.Progress(*p)
	}
}

func (c *counter) end() {
	if c.s.opts.Progress != nil {
		c.s.opts.Progress(c.s.progress)
	}
}

// maxEmptyReads is how often a reader may return nothing before it is given up.
const maxEmptyReads = 100

// read is r.Read that gives up on a reader that never returns anything.
func read(r io.Reader, p []byte) (int, error) {
	for range maxEmptyReads {
		n, err := r.Read(p)
		if n < 0 || n > len(p) {
			return 0, fmt.Errorf("%w: reader returned %d bytes for a buffer of %d", io.ErrShortBuffer, n, len(p))
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}
