package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end   = begin.Add(365 * 24 * time.Hour)
)

func testConfig(t *testing.T) config {
	t.Helper()
	return config{
		DB: filepath.Join(t.TempDir(), "books.db"), Currency: "USD", Secret: demoSecret, SnapshotEvery: 7,
		Now: func() time.Time { return end }, Log: slog.New(slog.DiscardHandler),
	}
}

func start(t *testing.T, c config) *service {
	t.Helper()
	s, err := open(t.Context(), c)
	require.NoError(t, err)
	return s
}

func books(t *testing.T, s *service) []byte {
	t.Helper()
	b, err := s.feed.Ledger().MarshalBinary()
	require.NoError(t, err)
	return b
}

// rebuilt is the books of all events at once.
func rebuilt(t *testing.T, all []event) []byte {
	t.Helper()
	p, o := policy.Stripe(), policy.Options{Currency: "USD"}
	l, err := ledger.New(p.LedgerOptions(o))
	require.NoError(t, err)
	f, err := policy.NewFeed(l, p, o)
	require.NoError(t, err)
	for _, e := range all {
		records, err := stripe.Records(e.body)
		require.NoError(t, err)
		_, _, err = f.Apply(end, records...)
		require.NoError(t, err)
	}
	b, err := l.MarshalBinary()
	require.NoError(t, err)
	return b
}

func post(t *testing.T, h http.Handler, body []byte, signature string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/stripe", bytes.NewReader(body))
	r.Header.Set("Stripe-Signature", signature)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// What the program prints of its generated year, stopped in the middle.
func TestDemo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, runDemo(t.Context(), &out, slog.New(slog.DiscardHandler)))
	golden.Equal(t, "demo.txt", out.Bytes())
}

// However late and often events come, and however often the program is killed, the
// books are those of a rebuild.
func TestRestart_IsNoRestart(t *testing.T) {
	all := history(3, 12, begin)
	want := rebuilt(t, all)
	for seed := range uint64(4) {
		c := testConfig(t)
		s := start(t, c)
		for i, body := range deliver(seed, all) {
			code, text := post(t, s.handler(), body, header(body, demoSecret, end))
			require.Equal(t, http.StatusOK, code, text)
			switch i % 11 {
			case 5: // killed: nothing is saved
				require.NoError(t, s.store.close())
				s = start(t, c)
			case 8: // stopped
				require.NoError(t, s.close(t.Context()))
				s = start(t, c)
			}
		}
		assert.Equal(t, want, books(t, s))
		require.NoError(t, s.close(t.Context()))
	}
}

// Killed after an event was stored and before it was applied, the next start
// applies it.
func TestRestart_StoredFirst(t *testing.T) {
	c := testConfig(t)
	s := start(t, c)
	body := history(3, 1, begin)[0].body
	_, fresh, err := s.store.add(t.Context(), "evt_000_1", body)
	require.NoError(t, err)
	require.True(t, fresh)
	require.NoError(t, s.store.close())
	s = start(t, c)
	assert.NotEqual(t, "0", s.feed.Ledger().MRR(end).String())
	require.NoError(t, s.close(t.Context()))
}

func TestSignature(t *testing.T) {
	t.Parallel()
	s := start(t, testConfig(t))
	defer func() { assert.NoError(t, s.close(context.WithoutCancel(t.Context()))) }()
	body := history(3, 1, begin)[0].body
	good := header(body, demoSecret, end)
	at, mac, _ := strings.Cut(good, ",")
	for name, h := range map[string]string{
		"none":               "",
		"no time":            mac,
		"no mac":             at,
		"no number":          "t=now," + mac,
		"not hexadecimal":    at + ",v1=zz",
		"another secret":     header(body, "whsec_other", end),
		"another body":       header(append([]byte(" "), body...), demoSecret, end),
		"too old":            header(body, demoSecret, end.Add(-tolerance-time.Second)),
		"of the future":      header(body, demoSecret, end.Add(tolerance+time.Second)),
		"time of another":    "t=1," + mac,
		"scheme of the past": at + ",v0=" + mac[3:],
	} {
		code, text := post(t, s.handler(), body, h)
		assert.Equal(t, http.StatusBadRequest, code, "%s: %s", name, text)
		assert.Contains(t, text, "bad signature", name)
	}
	assert.Zero(t, s.feed.Size().Objects)
	for name, h := range map[string]string{
		"as old as may be":             header(body, demoSecret, end.Add(-tolerance)),
		"one of several, when rolling": at + ",v1=" + hex.EncodeToString(make([]byte, 32)) + "," + mac,
		"spaces":                       at + ", " + mac,
	} {
		code, text := post(t, s.handler(), body, h)
		assert.Equal(t, http.StatusOK, code, "%s: %s", name, text)
	}
}

// The same event again, with a good signature, is answered and does nothing; so
// does not one whose content was changed under a known id.
func TestReplayedIDs(t *testing.T) {
	t.Parallel()
	s := start(t, testConfig(t))
	defer func() { assert.NoError(t, s.close(context.WithoutCancel(t.Context()))) }()
	body := history(3, 1, begin)[0].body
	for i := range 3 {
		code, text := post(t, s.handler(), body, header(body, demoSecret, end))
		require.Equal(t, http.StatusOK, code, text)
		var a answer
		require.NoError(t, json.Unmarshal([]byte(text), &a))
		assert.Equal(t, i > 0, a.Repeated)
		assert.Equal(t, i == 0, len(a.Movements) == 1)
	}
	before := books(t, s)
	forged := bytes.ReplaceAll(body, []byte(`"quantity":`), []byte(`"quantity":9`))
	code, _ := post(t, s.handler(), forged, header(forged, demoSecret, end))
	assert.Equal(t, http.StatusOK, code)
	assert.Equal(t, before, books(t, s))
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, testConfig(t))
	defer func() { assert.NoError(t, s.close(context.WithoutCancel(t.Context()))) }()
	for _, body := range []string{``, `{}`, `{"object":"event"}`, `[1]`, `{"object":"invoice","id":"in_1"}`} {
		code, text := post(t, s.handler(), []byte(body), header([]byte(body), demoSecret, end))
		assert.Equal(t, http.StatusBadRequest, code, text)
	}
	large := bytes.Repeat([]byte(" "), maxBody+1)
	code, _ := post(t, s.handler(), large, header(large, demoSecret, end))
	assert.Equal(t, http.StatusRequestEntityTooLarge, code)
	for path, want := range map[string]int{
		"/mrr?from=2026-13": 400, "/mrr?from=2027-01&to=2026-01": 400, "/mrr?from=1800-01": 400, "/why?month=May": 400,
		"/cohorts?every=5": 400, "/cohorts?every=x": 400, "/mrr": 200, "/why": 200, "/cohorts": 200, "/nothing": 404,
	} {
		w := httptest.NewRecorder()
		s.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		assert.Equal(t, want, w.Code, "%s: %s", path, w.Body)
	}
	// An event of another currency is told and does not stop what follows.
	yen := bytes.ReplaceAll(history(3, 1, begin)[0].body, []byte(`"usd"`), []byte(`"jpy"`))
	code, text := post(t, s.handler(), yen, header(yen, demoSecret, end))
	assert.Equal(t, http.StatusOK, code)
	assert.Contains(t, text, "not taken")

	c := testConfig(t)
	c.Secret = ""
	_, err := open(t.Context(), c)
	require.ErrorContains(t, err, "STRIPE_WEBHOOK_SECRET")
	c = testConfig(t)
	c.Currency = "usd"
	_, err = open(t.Context(), c)
	require.Error(t, err)
	c = testConfig(t)
	c.DB = filepath.Join(t.TempDir(), "no", "where.db")
	_, err = open(t.Context(), c)
	require.Error(t, err)
}

// Many send and many ask at the same time: the books are those of a rebuild, and
// every answer is of whole books.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	all := history(5, 20, begin)
	want := rebuilt(t, all)
	s := start(t, testConfig(t))
	defer func() { assert.NoError(t, s.close(context.WithoutCancel(t.Context()))) }()
	bodies := deliver(5, all)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; i < len(bodies); i += 4 {
				code, text := post(t, s.handler(), bodies[i], header(bodies[i], demoSecret, end))
				assert.Equal(t, http.StatusOK, code, text)
			}
		})
		wg.Go(func() {
			for i := range 20 {
				path := []string{"/mrr", "/why?month=2026-06", "/cohorts"}[i%3]
				rec := httptest.NewRecorder()
				s.handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
				assert.Equal(t, http.StatusOK, rec.Code, rec.Body)
				assert.NoError(t, s.observe())
			}
		})
	}
	wg.Wait()
	assert.Equal(t, want, books(t, s))
}

// The generator gives the same history for the same seed, and all that it is for.
func TestHistory(t *testing.T) {
	t.Parallel()
	a, b := history(1, 30, begin), history(1, 30, begin)
	require.Len(t, b, len(a))
	for i := range a {
		require.Equal(t, string(a[i].body), string(b[i].body))
	}
	text := string(bytes.Join(slices.Collect(func(yield func([]byte) bool) {
		for _, e := range a {
			if !yield(e.body) {
				return
			}
		}
	}), nil))
	for _, what := range []string{"past_due", "cancel_at", "payment_failed", "cancellation_requested", "subscription.deleted"} {
		assert.Contains(t, text, what)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 2, run([]string{"-nonsense"}, io.Discard, io.Discard))
	assert.Equal(t, 1, run([]string{"-db", filepath.Join(t.TempDir(), "x.db")}, io.Discard, io.Discard)) // no secret
}
