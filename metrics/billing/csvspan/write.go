package csvspan

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

var (
	// ErrDiscounts is wrapped by the error of Write for a span with more
	// discounts than a row has columns for.
	ErrDiscounts = errors.New("too many discounts")
	// ErrText is wrapped by the error of Write for a text that would not be read
	// back as it was: with a carriage return, or beginning with an apostrophe
	// that looks like one Write put there.
	ErrText = errors.New("a text that CSV cannot give back")
)

// Write writes spans in the form that Spans reads, with all columns and times in
// UTC: what it wrote, Spans reads back as the same spans, but for an empty ID,
// which becomes the line's. It does not check them; a span that cannot be read
// back is found when it is.
//
// Texts that a spreadsheet would take for formulas, those that begin with =, +, -
// or @, get an apostrophe before them, which Spans takes away again.
//
// Errors are those of w, of an enum that is none, ErrDiscounts and ErrText; what
// was written before stays written.
func Write(w io.Writer, spans iter.Seq[billing.Span]) error {
	out := csv.NewWriter(w)
	row := append([]string{}, known[:]...)
	for i := range MaxDiscounts {
		for _, field := range discountFields {
			row = append(row, discountPrefix(i)+field)
		}
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("csvspan: write: %w", err)
	}
	n := 0
	for s := range spans {
		n++
		var err error
		if row, err = appendRow(row[:0], &s); err == nil {
			err = out.Write(row)
		}
		if err != nil {
			out.Flush()
			return fmt.Errorf("csvspan: write: span %d %q: %w", n, s.ID, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("csvspan: write: %w", err)
	}
	return nil
}

// appendRow lays out a span in the order of known.
func appendRow(row []string, s *billing.Span) ([]string, error) {
	if len(s.Discounts) > MaxDiscounts {
		return row, fmt.Errorf("%w: %d, the limit is %d", ErrDiscounts, len(s.Discounts), MaxDiscounts)
	}
	texts := []string{s.Customer, s.Subscription, s.Item, s.Plan, s.Replaces, s.ID, s.Product, s.EndID, string(s.Currency)}
	for i := range s.Discounts {
		texts = append(texts, s.Discounts[i].ID)
	}
	for _, t := range texts {
		if armed, quoted := strings.CutPrefix(t, "'"); strings.Contains(t, "\r") || quoted && text.Disarm(armed) == t {
			return row, fmt.Errorf("%w: %q", ErrText, text.Clip(t))
		}
	}
	cycle, err := s.Cycle.MarshalText()
	if err != nil {
		return row, err
	}
	state, err1 := s.State.MarshalText()
	basis, err2 := s.Basis.MarshalText()
	reason, err3 := s.Reason.MarshalText()
	if err := errors.Join(err1, err2, err3); err != nil {
		return row, err
	}
	row = append(
		row, text.Disarm(s.Customer), text.Disarm(s.Subscription), text.Disarm(s.Item), text.Disarm(s.Plan), instant(s.From), instant(s.To), number(s.Amount), number(s.Tax), text.Disarm(string(s.Currency)), string(cycle), number(s.Quantity),
		string(state), string(basis), instant(s.CancelAt), instant(s.CancelAskedAt), string(reason), instant(s.PaidThrough), text.Disarm(s.Replaces), strconv.FormatBool(s.Test),
		text.Disarm(s.ID), strconv.FormatInt(s.Seq, 10), instant(s.Recorded), instant(s.EndRecorded), text.Disarm(s.Product), text.Disarm(s.EndID),
	)
	for i := range MaxDiscounts {
		if i >= len(s.Discounts) {
			row = append(row, "", "", "", "", "", "", "", "", "")
			continue
		}
		d := &s.Discounts[i]
		duration, err1 := d.Duration.MarshalText()
		level, err2 := d.Level.MarshalText()
		inMRR, err3 := d.InMRR.MarshalText()
		if err := errors.Join(err1, err2, err3); err != nil {
			return row, err
		}
		row = append(row, text.Disarm(d.ID), number(d.Percent), number(d.Off), instant(d.From), instant(d.To), string(duration), strconv.Itoa(d.Cycles), string(level), string(inMRR))
	}
	return row, nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// number is a decimal in digits, but for one of absurd exponent, whose digits
// nobody wants.
func number(d decimal.Decimal) string {
	if e := d.Exponent(); e > 64 || e < -64 {
		return d.Coefficient().String() + "e" + strconv.Itoa(int(e))
	}
	return d.String()
}
