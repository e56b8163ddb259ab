package mining

import (
	"bytes"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// formVersion is that of all binary forms of this package.
const formVersion = 2

// closed appends a form from its start on: magic, version, what body appends, and
// a CRC-32C of all of it.
func closed(b []byte, magic string, body func([]byte) []byte) []byte {
	start := len(b)
	return pack.Frame(body(append(append(b, magic...), formVersion)), start)
}

// opened reads what closed wrote. read fills a value that again writes anew: one
// value has one form.
func opened(what string, data []byte, magic string, read func(*pack.Reader), again func([]byte) ([]byte, error)) error {
	f, err := pack.Unframe(data, magic, formVersion)
	if err != nil {
		return fmt.Errorf("mining: %s: %w: %w", what, ErrEncoding, err)
	}
	d := pack.Reader{Left: f.Rest()}
	if read(&d); d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("mining: %s: %w", what, ErrEncoding)
	}
	if b, err := again(make([]byte, 0, len(data))); err != nil || !bytes.Equal(b, data) {
		return fmt.Errorf("mining: %s: %w: not in canonical form", what, ErrEncoding)
	}
	return nil
}

// beforeAll is a second before the years of all logs: moments are counted from it.
const beforeAll = -1 << 32

func appendMoment(b []byte, t time.Time) []byte {
	return pack.Count(pack.Count(b, t.Unix()-beforeAll), int64(t.Nanosecond()))
}

func readMoment(d *pack.Reader) time.Time {
	return time.Unix(d.Count(1<<40)+beforeAll, d.Count(999_999_999)).UTC()
}
