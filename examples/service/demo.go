package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// event is one webhook of the generated history.
type event struct {
	at   time.Time
	body []byte
}

// subscription is one of them while its history is made.
type subscription struct {
	id, customer string
	began        time.Time
	seats, price int64 // in cents
	status       string
	cancelAt     int64
	canceledAt   int64
	endedAt      int64
	reason       any
}

// history makes a year of webhooks of some customers: they begin, add seats, fall
// behind and recover or are lost, ask to leave and change their mind. The same
// seed gives the same bytes.
func history(seed uint64, customers int, from time.Time) []event {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out []event
	for c := range customers {
		s := &subscription{
			id: fmt.Sprintf("sub_%03d", c), customer: fmt.Sprintf("cus_%03d", c), status: "active",
			seats: 1 + rng.Int64N(20), price: []int64{900, 1900, 4900}[rng.IntN(3)],
			began: from.Add(time.Duration(rng.IntN(300*24)) * time.Hour),
		}
		at := s.began
		n := 0
		tell := func(kind string) {
			n++
			out = append(out, event{at, s.event(fmt.Sprintf("evt_%03d_%d", c, n), kind, at)})
		}
		tell("customer.subscription.created")
		for {
			at = at.Add(time.Duration(20+rng.IntN(60)) * 24 * time.Hour)
			if !at.Before(from.Add(365 * 24 * time.Hour)) {
				break
			}
			switch rng.IntN(8) {
			case 0, 1, 2:
				s.seats += 1 + rng.Int64N(5)
				tell("customer.subscription.updated")
			case 3:
				s.seats = max(1, s.seats-2)
				tell("customer.subscription.updated")
			case 4: // behind, then paid
				s.status = "past_due"
				tell("customer.subscription.updated")
				at = at.Add(5 * 24 * time.Hour)
				s.status = "active"
				tell("customer.subscription.updated")
			case 5: // asks to leave, and stays
				s.cancelAt, s.canceledAt = at.Add(20*24*time.Hour).Unix(), at.Unix()
				tell("customer.subscription.updated")
				at = at.Add(3 * 24 * time.Hour)
				s.cancelAt, s.canceledAt = 0, 0
				tell("customer.subscription.updated")
			case 6:
				s.status, s.canceledAt, s.endedAt, s.reason = "canceled", at.Unix(), at.Unix(), "cancellation_requested"
				tell("customer.subscription.deleted")
			case 7:
				s.status, s.canceledAt, s.endedAt, s.reason = "canceled", at.Unix(), at.Unix(), "payment_failed"
				tell("customer.subscription.deleted")
			}
			if s.endedAt != 0 {
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), bytes.Compare(a.body, b.body)) })
	return out
}

// event is a webhook as Stripe sends it.
func (s *subscription) event(id, kind string, at time.Time) []byte {
	object := map[string]any{
		"id": s.id, "object": "subscription", "customer": s.customer, "status": s.status, "livemode": true, "currency": "usd",
		"created": s.began.Unix(), "start_date": s.began.Unix(), "discounts": []string{},
		"items": map[string]any{"object": "list", "has_more": false, "data": []any{map[string]any{
			"id": "si" + s.id, "object": "subscription_item", "quantity": s.seats, "created": s.began.Unix(),
			"current_period_start": s.began.Unix(), "current_period_end": s.began.Unix() + 30*86400,
			"price": map[string]any{
				"id": fmt.Sprintf("price_%d", s.price), "object": "price", "product": "prod_team", "currency": "usd", "billing_scheme": "per_unit", "unit_amount": s.price,
				"recurring": map[string]any{"interval": "month", "interval_count": 1, "usage_type": "licensed"},
			},
		}}},
	}
	for key, at := range map[string]int64{"cancel_at": s.cancelAt, "canceled_at": s.canceledAt, "ended_at": s.endedAt} {
		if at != 0 {
			object[key] = at
		}
	}
	if s.reason != nil {
		object["cancellation_details"] = map[string]any{"reason": s.reason}
	}
	body, err := json.Marshal(map[string]any{
		"id": id, "object": "event", "type": kind, "created": at.Unix(), "livemode": true, "data": map[string]any{"object": object},
	})
	if err != nil {
		return nil // maps of text and numbers marshal
	}
	return body
}

// deliver is an order in which a history may arrive: each event up to three days
// late, one in ten twice.
func deliver(seed uint64, all []event) [][]byte {
	rng := rand.New(rand.NewPCG(seed, 2))
	var out []event
	for _, e := range all {
		e.at = e.at.Add(time.Duration(rng.IntN(72)) * time.Hour)
		out = append(out, e)
		if rng.IntN(10) == 0 {
			e.at = e.at.Add(time.Duration(rng.IntN(240)) * time.Hour)
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.at.Compare(b.at) })
	bodies := make([][]byte, len(out))
	for i := range out {
		bodies[i] = out[i].body
	}
	return bodies
}

const demoSecret = "whsec_of_the_demo"

// runDemo is the program talking to itself.
func runDemo(ctx context.Context, w io.Writer, log *slog.Logger) (err error) {
	dir, err := os.MkdirTemp("", "books")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := begin.Add(365 * 24 * time.Hour)
	c := config{
		DB: filepath.Join(dir, "books.db"), Currency: "USD", Secret: demoSecret, Log: log, SnapshotEvery: 60,
		Now: func() time.Time { return now },
	}
	bodies := deliver(7, history(7, 40, begin))
	half := len(bodies) / 2
	for i, part := range [][][]byte{bodies[:half], bodies[half:]} { // stopped in the middle
		if err := session(ctx, c, func(url string) error {
			moved, repeated, err := send(ctx, url, part, now)
			if err != nil {
				return err
			}
			if _, err = fmt.Fprintf(w, "%d webhooks, %d movements, %d delivered before\n", len(part), moved, repeated); err != nil || i == 0 {
				return err
			}
			for _, path := range []string{"/mrr?from=2026-10&to=2026-12", "/why?month=2026-12", "/cohorts?every=3"} {
				if err := show(ctx, w, url+path, path); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// session serves while f runs.
func session(ctx context.Context, c config, f func(url string) error) error {
	s, err := open(ctx, c)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, s.close(ctx))
	}
	running, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- s.serve(running, l) }()
	err = f("http://" + l.Addr().String())
	stop()
	return errors.Join(err, <-served)
}

func send(ctx context.Context, url string, bodies [][]byte, now time.Time) (moved, repeated int, err error) {
	for _, b := range bodies {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/webhooks/stripe", bytes.NewReader(b))
		if err != nil {
			return 0, 0, err
		}
		req.Header.Set("Stripe-Signature", header(b, demoSecret, now))
		text, err := fetch(req)
		if err != nil {
			return 0, 0, err
		}
		var a answer
		if err := json.Unmarshal(text, &a); err != nil {
			return 0, 0, err
		}
		moved += len(a.Movements)
		if a.Repeated {
			repeated++
		}
	}
	return moved, repeated, nil
}

func show(ctx context.Context, w io.Writer, url, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	text, err := fetch(req)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\nGET %s\n%s", path, out.Bytes())
	return err
}

func fetch(req *http.Request) (text []byte, err error) {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	text, err = io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s: %s", req.Method, req.URL.Path, res.Status, text)
	}
	return text, err
}
