package journeymap

import (
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
)

// Page is what one document holds: maps with their tables, and what was
// computed about them. Everything may stay empty.
type Page struct {
	// Title is the page's; empty = the first map's name.
	Title string
	// Maps are shown one after the other: planned, actual, one per persona.
	Maps []Map
	// Gap is shown behind them.
	Gap *Gap
	// Roadmap is the way to another state, see Between.
	Roadmap *Roadmap
	// Levels, Progress, Audit, Use and Changes are shown where given.
	Levels   []HandoffReport
	Progress []Progress
	Audit    *Audit
	Use      []ContentUse
	Changes  []FigureChange
	Options  Options
}

// section is a part of a page: a heading, a picture or a table, or all.
type section struct {
	level   int // of the heading
	title   string
	lines   []string
	picture *Map
	head    []string
	rows    [][]string
	folded  bool // the table repeats a picture
}

// words are those of the page: of the options, or of the first map's language.
func (p Page) words() words.Set {
	if len(p.Maps) > 0 {
		return p.Options.words(p.Maps[0])
	}
	return p.Options.words(Map{})
}

func (p Page) title() string {
	if p.Title != "" {
		return p.Title
	}
	if len(p.Maps) > 0 {
		return p.Maps[0].Name
	}
	return ""
}

// sections are the parts of the page in order.
func (p Page) sections() ([]section, error) {
	w := p.words()
	label := labels{}
	var out []section
	for i := range p.Maps {
		v, err := p.Maps[i].see(p.Options)
		if err != nil {
			return nil, err
		}
		label.learn(v.columns)
		out = append(out, v.sections(p)...)
	}
	if p.Gap != nil {
		v, err := p.Gap.Map.see(p.Options)
		if err != nil {
			return nil, err
		}
		label.learn(v.columns)
		out = append(out, v.mapSections()...)
		out = append(out, p.Gap.section(v), v.touchpointTable(), ranking(v.w, p.Gap.Ranked, v.labels))
	}
	add := func(s section) {
		if len(s.rows) > 0 {
			out = append(out, s)
		}
	}
	if p.Roadmap != nil {
		add(p.Roadmap.section(w, label))
	}
	add(levels(w, p.Levels, label))
	if p.Audit != nil {
		add(auditing(w, *p.Audit, label))
	}
	add(contentUse(w, p.Use))
	add(changes(w, p.Changes, label))
	kept := out[:0]
	seen := map[string]int{}
	for _, s := range out {
		if s.level == 2 { // two maps may have one name
			seen[s.title]++
			if n := seen[s.title]; n > 1 {
				s.title += " (" + strconv.Itoa(n) + ")"
			}
		}
		if s.picture != nil || len(s.rows) > 0 || len(s.lines) > 0 {
			kept = append(kept, s)
		}
	}
	return kept, nil
}

// mapSections are the picture of a map and the same as a table.
func (v *view) mapSections() []section {
	m := v.m
	name := m.Name
	if name == "" {
		name = pick(v.w.Kinds, m.Kind)
	}
	if m.Basis != Drawn {
		name += " – " + pick(v.w.Bases, m.Basis)
	}
	top := section{level: 2, title: name, picture: &m, lines: []string{v.subtitle()}}
	if m.Purpose != "" {
		top.lines = append(top.lines, v.w.Purpose+": "+m.Purpose)
	}
	var agreed []string
	for _, a := range m.Agreements {
		agreed = append(agreed, strings.TrimSpace(a.Department+" "+page.Date(a.On)))
	}
	if len(agreed) > 0 {
		top.lines = append(top.lines, v.w.Agreed+": "+strings.Join(agreed, ", "))
	}
	t := section{level: 3, title: v.w.AsTable, folded: true, head: []string{v.w.Stage}}
	for _, l := range v.lanes {
		t.head = append(t.head, v.lane(l))
	}
	for _, s := range v.columns {
		row := []string{s.Label()}
		for _, l := range v.lanes {
			row = append(row, entries(v.cell(s, l)))
		}
		t.rows = append(t.rows, row)
	}
	return []section{top, t}
}

func entries(items []item) string {
	lines := make([]string, len(items))
	for i, it := range items {
		switch {
		case it.marked && it.evidence == Assumed:
			lines[i] = "○ " + it.text
		case it.marked:
			lines[i] = "● " + it.text
		default:
			lines[i] = it.text
		}
	}
	return strings.Join(lines, "\n")
}

// sections are all of a map's own.
func (v *view) sections(p Page) []section {
	out := v.mapSections()
	out = append(out, v.touchpointTable(), v.figureTable(), v.milestoneTable(), v.pathTable(), v.prunedTable(), v.variantTable(), v.goalTable(p.Progress), v.handoffTable(len(p.Levels) > 0), v.matrixTable(), v.rankTable(), v.initiativeTable())
	if p.Audit == nil && len(v.m.Content) > 0 {
		out = append(out, auditing(v.w, v.m.Audit(), v.labels))
	}
	return append(out, v.commentTable())
}
