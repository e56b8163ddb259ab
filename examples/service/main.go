// Service keeps live books of a Stripe account: webhooks in, recurring revenue out.
//
//	STRIPE_WEBHOOK_SECRET=whsec_... go run . -db books.db -listen :8080 -currency USD
//	go run . -demo
//
// It is a module of its own, so that no database driver enters the library's. With
// -demo it starts on a free port, sends itself a generated year of webhooks, signed,
// out of order and some of them twice, stops in the middle, starts again, and prints
// what it says of the year.
//
//	POST /webhooks/stripe   one event of Stripe, signed
//	GET  /mrr               statements by month; ?from=2026-01&to=2026-12
//	GET  /why?month=2026-03 the movements of a month, with the events behind them
//	GET  /cohorts           retention by cohort; ?every=3 for quarters
//
// server.go answers, books.go keeps the feed, store.go the events and snapshots in
// SQLite, signature.go checks that Stripe sent it, demo.go generates.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) } //nolint:forbidigo // a program has a status

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("service", flag.ContinueOnError)
	flags.SetOutput(stderr)
	db := flags.String("db", "books.db", "SQLite `file` of events and snapshots")
	listen := flags.String("listen", "127.0.0.1:8080", "`address` to listen on")
	currency := flags.String("currency", "USD", "currency of the books, ISO 4217")
	demo := flags.Bool("demo", false, "send it a generated history, print what it says of it, and stop")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if *demo {
		if err := runDemo(ctx, stdout, log); err != nil {
			_, _ = fmt.Fprintln(stderr, "service:", err)
			return 1
		}
		return 0
	}
	c := config{DB: *db, Currency: money.Currency(*currency), Secret: os.Getenv("STRIPE_WEBHOOK_SECRET"), Now: time.Now, Log: log} //nolint:forbidigo // the clock of the world
	if err := serve(ctx, *listen, c); err != nil {
		_, _ = fmt.Fprintln(stderr, "service:", err)
		return 1
	}
	return 0
}

// serve answers until the context ends.
func serve(ctx context.Context, address string, c config) error {
	s, err := open(ctx, c)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return errors.Join(err, s.close(ctx))
	}
	return s.serve(ctx, l)
}

// serve answers on a listener until the context ends, and then writes a snapshot.
func (s *service) serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	s.log.Info("listening", "address", l.Addr().String())
	hourly := time.NewTicker(time.Hour) //nolint:forbidigo // the clock of the world
	defer hourly.Stop()
	for {
		select {
		case err := <-failed:
			return errors.Join(err, s.close(context.WithoutCancel(ctx)))
		case <-hourly.C:
			if err := s.observe(); err != nil {
				s.log.Error("observe", "error", err)
			}
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			return errors.Join(srv.Shutdown(end), s.close(end))
		}
	}
}
