package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// header is the one header that is read.
const header = "customer,persona,event,channel,at"

// readEvents reads events in any order into a log, and the persona of each
// customer, the last that is named. Every bad row is reported by the log.
func readEvents(in io.Reader) (*touchpoint.Log, map[string]string, error) {
	r := csv.NewReader(in)
	first, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	if got := strings.TrimPrefix(strings.Join(first, ","), "\ufeff"); got != header {
		return nil, nil, fmt.Errorf("line 1: header %.80q, want %s", got, header)
	}
	personas := map[string]string{}
	log, err := touchpoint.LogOptions{}.Read(func(yield func(touchpoint.Event, error) bool) {
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var e touchpoint.Event
			if err == nil {
				e.Customer, e.Name, e.Channel = row[0], row[2], touchpoint.Channel(row[3])
				e.At, err = parseTime(row[4])
				personas[row[0]] = row[1]
			}
			if !yield(e, err) {
				return
			}
		}
	})
	return log, personas, err
}

func parseTime(text string) (time.Time, error) {
	for _, layout := range [...]string{"2006-01-02 15:04", time.DateOnly, time.DateTime, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is no time, want 2026-01-05, 2026-01-05 10:30 or RFC 3339", text)
}
