// Onboarding shows a product that embeds a tracker.Tracker: a trial with a
// reminder and an expiry timer, an activation milestone, and hooks that print
// what the product would send. It plays eleven weeks of six invented customers
// and ends with the milestone report.
//
//	go run ./examples/onboarding
//
// definition.go says what the stages are, product.go is how a program embeds
// the tracker, story.go is what happens, report.go looks back.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	flag.Usage = func() {
		_, _ = io.WriteString(flag.CommandLine.Output(), "usage: onboarding  (no flags: the story is in story.go)\n")
	}
	flag.Parse()
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run plays the story and prints the report.
func run(ctx context.Context, w io.Writer) error {
	var out bytes.Buffer // a result or an error, never half of one
	p, err := newProduct(&out)
	if err != nil {
		return err
	}
	fmt.Fprintln(&out, "What the product would send")
	now, err := play(ctx, p)
	if err != nil {
		return err
	}
	if err := report(ctx, &out, p, now); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}
