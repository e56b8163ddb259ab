package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// maxBody is the longest body taken; Stripe's events are some kilobytes.
const maxBody = 1 << 20

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/stripe", s.webhook)
	mux.HandleFunc("GET /mrr", s.get(s.mrr))
	mux.HandleFunc("GET /why", s.get(s.why))
	mux.HandleFunc("GET /cohorts", s.get(s.cohorts))
	return mux
}

// webhook takes one event. Stripe sends again whatever is not answered with a 2xx,
// so only what may succeed later is.
func (s *service) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, err)
		return
	}
	if err := verify(r.Header.Get("Stripe-Signature"), body, s.c.Secret, s.c.Now()); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	var event struct {
		ID     string `json:"id"`
		Object string `json:"object"`
	}
	if err := json.Unmarshal(body, &event); err != nil || event.Object != "event" || event.ID == "" {
		refuse(w, http.StatusBadRequest, errors.New("not an event"))
		return
	}
	a, err := s.take(r.Context(), event.ID, body)
	if err != nil {
		s.log.Error("event", "id", event.ID, "error", err)
		refuse(w, http.StatusInternalServerError, errors.New("not taken; send it again"))
		return
	}
	respond(w, http.StatusOK, a)
}

// errQuery is the caller's mistake.
var errQuery = errors.New("bad query")

func (s *service) get(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := f(r)
		switch {
		case errors.Is(err, errQuery), errors.Is(err, ledger.ErrPeriod), errors.Is(err, cohort.ErrOptions):
			refuse(w, http.StatusBadRequest, err)
		case err != nil:
			s.log.Error("query", "url", r.URL.String(), "error", err)
			refuse(w, http.StatusInternalServerError, errors.New("cannot be told"))
		default:
			respond(w, http.StatusOK, v)
		}
	}
}

// month reads a parameter, or takes what stands in for it.
func month(r *http.Request, name string, otherwise calendar.Month) (calendar.Month, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	m, err := calendar.ParseMonth(text)
	if err != nil {
		return m, fmt.Errorf("%w: %s: %w", errQuery, name, err)
	}
	return m, nil
}

// mrrMonth is a statement with the rates made of it.
type mrrMonth struct {
	ledger.Statement
	NRR      metrics.Ratio `json:"nrr"`
	GRR      metrics.Ratio `json:"grr"`
	Churn    metrics.Ratio `json:"customer_churn"`
	Sentence string        `json:"sentence"`
}

func (s *service) mrr(r *http.Request) (any, error) {
	this := calendar.MonthOf(s.c.Now(), nil)
	to, err := month(r, "to", this)
	if err != nil {
		return nil, err
	}
	from, err := month(r, "from", to.Add(-11))
	if err != nil {
		return nil, err
	}
	if n := to.Sub(from) + 1; n > 1200 {
		return nil, fmt.Errorf("%w: %d months; the limit is 1200", errQuery, n)
	}
	return s.read(func(l *ledger.Ledger) (any, error) {
		statements, err := l.Statements(from, to)
		if err != nil {
			return nil, err
		}
		out := make([]mrrMonth, len(statements))
		for i, st := range statements {
			m := mrrMonth{Statement: st, Sentence: st.String()}
			if m.NRR, err = metrics.NRR(st.Revenue); err != nil {
				return nil, err
			}
			if m.GRR, err = metrics.GRR(st.Revenue); err != nil {
				return nil, err
			}
			if m.Churn, err = metrics.ChurnRate(st.Customers, metrics.ChurnStandard); err != nil {
				return nil, err
			}
			out[i] = m
		}
		return out, nil
	})
}

func (s *service) why(r *http.Request) (any, error) {
	m, err := month(r, "month", calendar.MonthOf(s.c.Now(), nil))
	if err != nil {
		return nil, err
	}
	return s.read(func(l *ledger.Ledger) (any, error) {
		out := []ledger.Movement{}
		for mv := range l.Movements(m.Period(nil)) {
			out = append(out, mv)
		}
		return out, nil
	})
}

func (s *service) cohorts(r *http.Request) (any, error) {
	o := cohort.Options{Through: calendar.MonthOf(s.c.Now(), nil).Add(-1)} // the last that is over
	if text := r.URL.Query().Get("every"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("%w: every: %w", errQuery, err)
		}
		o.Every = n
	}
	return s.read(func(l *ledger.Ledger) (any, error) {
		t, err := cohort.New(l, o)
		if err != nil {
			return nil, err
		}
		return t.Rows(), nil
	})
}

func respond(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error":"cannot be told"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n'))
}

func refuse(w http.ResponseWriter, status int, err error) {
	respond(w, status, map[string]string{"error": err.Error()})
}
