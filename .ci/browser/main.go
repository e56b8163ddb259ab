// Browser writes what .ci/run browser looks at into a folder: every sample map
// as a page, a picture, Mermaid and DOT, and one map whose names are as hostile
// as they get; reports of an invented company in every language.
//
//	go run ./.ci/browser DIR
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./.ci/browser DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		os.Exit(1)
	}
}

// hostile are names that break diagrams which do not escape them.
var hostile = []string{
	"Pay: now: 5: Me", "T #1: 5", "T; x: 5", "title deed", "section 8", "<script>alert(1)</script>", "accTitle: x", "%% no", `a "q" {b} [c]`,
	"journey", "end", "دفع: الآن", "ชำระ; เงิน", "quote 'n' `tick` \\ back | pipe", "#35; entity", "note this", "1. first", "--> x",
}

func maps() map[string]journeymap.Map {
	out := map[string]journeymap.Map{"arabic": sample.Blueprint("ar"), "thai": sample.Blueprint("th")}
	for k := journeymap.CurrentState; k <= journeymap.MicroJourney; k++ {
		out[k.String()] = sample.Of(k)
	}
	m := sample.Of(journeymap.FutureState)
	m.Name, m.Persona = "a: b; c # d", "A, B: C; #1"
	m.Stages[0].Touchpoints = nil
	for _, name := range hostile {
		m.Stages[0].Touchpoints = append(m.Stages[0].Touchpoints, journeymap.Touchpoint{Name: name, Channel: touchpoint.Email, Receiver: "R: " + name})
	}
	out["hostile"] = m
	return out
}

func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pages, err := reports()
	if err != nil {
		return err
	}
	for name, data := range pages {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), data, 0o644); err != nil {
			return err
		}
	}
	road, err := journeymap.Between(sample.Of(journeymap.CurrentState), sample.Of(journeymap.FutureState), 0)
	if err != nil {
		return err
	}
	for _, language := range []string{"en", "ar", "th"} {
		words, _ := words.In(language)
		m := sample.Of(journeymap.FutureState)
		m.Language = language
		page, err := journeymap.Page{Maps: []journeymap.Map{m}, Roadmap: &road, Options: journeymap.Options{Words: words}}.HTML()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "steps-"+language+".html"), page, 0o644); err != nil {
			return err
		}
	}
	for name, m := range maps() {
		put := func(suffix string, data []byte, err error) error {
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return os.WriteFile(filepath.Join(dir, name+suffix), data, 0o644)
		}
		for suffix, form := range map[string]journeymap.Form{"-wide.svg": journeymap.Wide, "-narrow.svg": journeymap.Narrow} {
			data, err := m.SVG(journeymap.Options{Form: form})
			if err := put(suffix, data, err); err != nil {
				return err
			}
		}
		page, err := m.HTML(journeymap.Options{})
		if err := put(".html", page, err); err != nil {
			return err
		}
		for suffix, kind := range map[string]journeymap.Diagram{"-journey.mmd": journeymap.JourneyDiagram, "-timeline.mmd": journeymap.TimelineDiagram, "-states.mmd": journeymap.StateDiagram} {
			text, err := m.Mermaid(kind, journeymap.Options{})
			if err := put(suffix, []byte(text), err); err != nil {
				return err
			}
		}
		text, err := m.DOT(journeymap.Options{})
		if err := put(".dot", []byte(text), err); err != nil {
			return err
		}
	}
	return nil
}
