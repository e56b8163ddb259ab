package journey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxTimer keeps begin of visit + timer inside 64-bit nanoseconds for every
// accepted time.
const maxTimer = 50 * 365 * 24 * time.Hour

// maxFaults bounds the list a hopeless Spec produces.
const maxFaults = 1_000

// Define checks and compiles a Spec. It reports every fault at once, in a
// [*DefinitionError]; then there is no definition. A Spec beyond the limits is
// reported as too large without being examined further. The Spec is copied.
func Define(spec Spec) (*Definition, error) {
	c := &compiler{spec: spec}
	if c.sizes(); len(c.faults) > 0 {
		return nil, &DefinitionError{Name: clip(spec.Name), Faults: c.faults}
	}
	c.spec = spec.clone()
	c.stages()
	c.milestones()
	c.transitions()
	c.choices()
	c.timers()
	c.vocabulary()
	c.shape()
	if len(c.faults) > 0 {
		return nil, &DefinitionError{Name: spec.Name, Faults: c.faults}
	}
	return c.build(), nil
}

func clip(s string) string {
	if len(s) > MaxName {
		return strings.ToValidUTF8(s[:MaxName], "") + "…"
	}
	return s
}

// compiler carries a Spec from text to table.
type compiler struct {
	spec     Spec
	faults   []Fault
	inferred bool // Stages were left out

	stageAt map[Stage]int
	groupAt map[string][]int
	mileAt  map[string]int
	trigAt  map[Trigger]int // every trigger in use
	edges   []rawEdge
}

// rawEdge is an expanded transition: where it came from and where it goes.
type rawEdge struct {
	line     int // index in Spec.Transitions
	from, to int
	wildcard bool
	choice   int
}

func (c *compiler) fault(f Fault) {
	if len(c.faults) < maxFaults {
		c.faults = append(c.faults, f)
	}
}

func (c *compiler) sizes() {
	s := &c.spec
	limit := func(path string, n, most int) {
		if n > most {
			c.fault(Fault{Code: FaultTooLarge, Path: path, Detail: fmt.Sprintf("%d, at most %d", n, most)})
		}
	}
	limit("Stages", len(s.Stages), MaxStages)
	limit("Triggers", len(s.Triggers), MaxTriggers)
	limit("Transitions", len(s.Transitions), MaxTransitions)
	limit("After", len(s.After), MaxTimers)
	limit("Milestones", len(s.Milestones), MaxMilestones)
	limit("Doc", len(s.Doc), MaxDoc)
	if len(c.faults) > 0 {
		return
	}
	stages := map[Stage]bool{}
	triggers := map[Trigger]bool{}
	excepts := 0
	for _, t := range s.Transitions {
		stages[t.From], triggers[t.On] = true, true
		if t.To != Same && t.To != "" {
			stages[t.To] = true
		}
		excepts += len(t.Except)
	}
	if len(s.Stages) == 0 {
		limit("Transitions: distinct stages", len(stages), MaxStages)
	}
	limit("Transitions: stages in Except", excepts, MaxEdges)
	for i, m := range s.Milestones {
		limit(fmt.Sprintf("Milestones[%d].Events", i), len(m.Events), maxMilestoneEvents)
		for _, t := range m.Events {
			triggers[t] = true
		}
	}
	limit("distinct triggers", len(triggers), MaxTriggers)
}

// name reports what makes a string unfit to be a name.
func (c *compiler) name(path, kind, s string) bool {
	why := ""
	switch {
	case s == "":
		why = "is empty"
	case len(s) > MaxName:
		why = fmt.Sprintf("has %d bytes, at most %d", len(s), MaxName)
	case !utf8.ValidString(s):
		why = "is not valid UTF-8"
	case strings.IndexFunc(s, forbiddenRune) >= 0:
		why = "contains a control or line-breaking character"
	case strings.TrimSpace(s) != s:
		why = "begins or ends with white space"
	case kind == "stage" && (s == string(Any) || s == string(Same) || s[0] == '@'):
		why = "is reserved"
	default:
		return true
	}
	c.fault(Fault{Code: FaultIllegalName, Path: path, Detail: fmt.Sprintf("%s name %q %s", kind, clip(s), why)})
	return false
}

// forbiddenRune: control characters, line and paragraph separators, and the
// invisible characters that reorder text.
func forbiddenRune(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func (c *compiler) optionalName(path, kind, s string) {
	if s != "" {
		c.name(path, kind, s)
	}
}

func (c *compiler) doc(path, s string) {
	if len(s) > MaxDoc {
		c.fault(Fault{Code: FaultTooLarge, Path: path, Detail: fmt.Sprintf("%d bytes, at most %d", len(s), MaxDoc)})
	}
	if !utf8.ValidString(s) {
		c.fault(Fault{Code: FaultIllegalName, Path: path, Detail: "is not valid UTF-8"})
	}
}

func (c *compiler) stages() {
	s := &c.spec
	c.optionalName("Name", "definition", s.Name)
	c.doc("Doc", s.Doc)
	if len(s.Stages) == 0 {
		c.infer()
	}
	c.stageAt = make(map[Stage]int, len(s.Stages))
	c.groupAt = map[string][]int{}
	for i, st := range s.Stages {
		path := fmt.Sprintf("Stages[%d]", i)
		if !c.inferred {
			c.name(path+".Name", "stage", string(st.Name))
		}
		c.optionalName(path+".Group", "group", st.Group)
		c.optionalName(path+".Entry", "hook", st.Entry)
		c.optionalName(path+".Exit", "hook", st.Exit)
		c.doc(path+".Doc", st.Doc)
		if first, dup := c.stageAt[st.Name]; dup {
			c.fault(Fault{
				Code: FaultDuplicateStage, Path: path, Stage: st.Name,
				Detail: fmt.Sprintf("stage %q is already Stages[%d]", st.Name, first),
			})
			continue
		}
		c.stageAt[st.Name] = i
		if st.Group != "" {
			c.groupAt[st.Group] = append(c.groupAt[st.Group], i)
		}
	}
	_, known := c.stageAt[s.Initial]
	switch {
	case len(s.Stages) == 0:
		c.fault(Fault{Code: FaultNoStages, Path: "Stages", Detail: "there is no stage"})
	case s.Initial == "":
		c.fault(Fault{Code: FaultMissingInitial, Path: "Initial", Detail: "no initial stage"})
	case !known:
		c.fault(Fault{
			Code: FaultUnknownInitial, Path: "Initial", Stage: s.Initial,
			Detail: fmt.Sprintf("initial stage %q is not a stage", clip(string(s.Initial))),
		})
	}
}

// infer fills Stages from the transitions. Names are checked where they stand.
// The initial stage counts only when a transition names it, so that a misspelt
// one is found.
func (c *compiler) infer() {
	c.inferred = true
	seen := map[Stage]bool{}
	add := func(n Stage) {
		if n == "" || n == Any || n == Same || n[0] == '@' || seen[n] {
			return
		}
		seen[n] = true
		c.spec.Stages = append(c.spec.Stages, StageSpec{Name: n})
	}
	for _, t := range c.spec.Transitions {
		if t.From == c.spec.Initial || t.To == c.spec.Initial {
			add(c.spec.Initial)
			break
		}
	}
	if slices.ContainsFunc(c.spec.Transitions, func(t Transition) bool { return t.From == Any }) {
		add(c.spec.Initial) // a wildcard source may be the only thing that leaves it
	}
	for _, t := range c.spec.Transitions {
		add(t.From)
		add(t.To)
	}
}

func (c *compiler) milestones() {
	c.mileAt = make(map[string]int, len(c.spec.Milestones))
	for i := range c.spec.Milestones {
		m := &c.spec.Milestones[i]
		path := fmt.Sprintf("Milestones[%d]", i)
		c.name(path+".Name", "milestone", m.Name)
		c.doc(path+".Doc", m.Doc)
		if first, dup := c.mileAt[m.Name]; dup {
			c.fault(Fault{
				Code: FaultDuplicateMile, Path: path,
				Detail: fmt.Sprintf("milestone %q is already Milestones[%d]", clip(m.Name), first),
			})
		} else {
			c.mileAt[m.Name] = i
		}
		if len(m.Events) == 0 {
			c.fault(Fault{Code: FaultNoEvents, Path: path + ".Events", Detail: fmt.Sprintf("nothing can reach milestone %q", clip(m.Name))})
		}
		for k, t := range m.Events {
			p := fmt.Sprintf("%s.Events[%d]", path, k)
			c.name(p, "trigger", string(t))
			if slices.Contains(m.Events[:k], t) {
				c.fault(Fault{Code: FaultDuplicateEvent, Path: p, Trigger: t, Detail: fmt.Sprintf("event %q is listed twice", clip(string(t)))})
			}
		}
		c.quorum(path, m)
	}
}

func (c *compiler) quorum(path string, m *Milestone) {
	bad := func(field string, code FaultCode, format string, args ...any) {
		c.fault(Fault{Code: code, Path: path + field, Detail: fmt.Sprintf(format, args...)})
	}
	most := maxCount
	if m.Within > 0 {
		most = maxWindowCount
	}
	switch m.Rule {
	case AnyOf, AllOf:
		if m.N != 0 {
			bad(".N", FaultMilestoneCount, "rule %s takes no count, got %d", m.Rule, m.N)
		}
	case CountOf:
		if m.N < 1 || m.N > most {
			bad(".N", FaultMilestoneCount, "count %d, want 1 to %d", m.N, most)
		}
	case DistinctOf:
		if m.N < 1 || m.N > len(m.Events) {
			bad(".N", FaultMilestoneCount, "count %d of %d different events", m.N, len(m.Events))
		}
	default:
		bad(".Rule", FaultUnknownEnumerator, "rule %d is not one of 0 to %d", uint8(m.Rule), len(ruleNames)-1)
	}
	switch {
	case m.Within < 0:
		bad(".Within", FaultMilestoneWindow, "window %s is negative", m.Within)
	case m.Within > 0 && m.Rule == AnyOf:
		bad(".Within", FaultMilestoneWindow, "rule any counts one event and has no window, got %s", m.Within)
	}
	if m.Deadline < 0 {
		bad(".Deadline", FaultMilestoneWindow, "deadline %s is negative", m.Deadline)
	}
}

// transitions checks the lines one by one and expands wildcards.
func (c *compiler) transitions() {
	c.trigAt = map[Trigger]int{}
	for i := range c.spec.Transitions {
		t := &c.spec.Transitions[i]
		path := fmt.Sprintf("Transitions[%d]", i)
		if c.name(path+".On", "trigger", string(t.On)) {
			c.trigAt[t.On] = 0
		}
		c.guard(path, t)
		sources, wildcard := c.sources(path, t)
		to, reflexive := -1, t.To == Same || t.Internal && t.To == ""
		if !reflexive {
			to = c.stage(path+".To", t.To)
		}
		if len(c.edges)+len(sources) > MaxEdges {
			c.fault(Fault{Code: FaultTooLarge, Path: path, Detail: fmt.Sprintf("wildcards expand to more than %d transitions", MaxEdges)})
			return
		}
		matched := 0
		for _, from := range sources {
			dest := to
			if reflexive {
				dest = from
			}
			if dest < 0 || wildcard && (dest == from && !reflexive || slices.Contains(t.Except, c.spec.Stages[from].Name)) {
				continue
			}
			matched++
			if t.Internal && dest != from {
				c.fault(Fault{
					Code: FaultInternalMoves, Path: path, Stage: t.From, Trigger: t.On,
					Detail: fmt.Sprintf("internal transition leads from %q to %q", c.spec.Stages[from].Name, t.To),
				})
			}
			c.edges = append(c.edges, rawEdge{line: i, from: from, to: dest, wildcard: wildcard})
		}
		if wildcard && matched == 0 && len(sources) > 0 && (to >= 0 || reflexive) {
			c.fault(Fault{Code: FaultEmptyWildcard, Path: path + ".From", Trigger: t.On, Detail: fmt.Sprintf("%q stands for no stage", t.From)})
		}
	}
}

func (c *compiler) guard(path string, t *Transition) {
	g := t.Guard
	switch {
	case g.IsZero():
	case g.Name == "":
		c.fault(Fault{Code: FaultGuardUnnamed, Path: path + ".Guard", Stage: t.From, Trigger: t.On, Detail: "guard has a function and no name"})
	case c.name(path+".Guard", "guard", g.Name) && g.Allow == nil:
		c.fault(Fault{
			Code: FaultGuardUnbound, Path: path + ".Guard", Stage: t.From, Trigger: t.On,
			Detail: fmt.Sprintf("guard %q has no function; see Spec.Bind", g.Name),
		})
	}
	if _, ok := c.mileAt[t.Gate]; t.Gate != "" && !ok {
		c.fault(Fault{
			Code: FaultUnknownGate, Path: path + ".Gate", Stage: t.From, Trigger: t.On,
			Detail: fmt.Sprintf("gate %q is not a milestone", clip(t.Gate)),
		})
	}
}

// sources resolves From. Terminal stages are never part of a wildcard.
func (c *compiler) sources(path string, t *Transition) (from []int, wildcard bool) {
	switch {
	case t.From == Any:
		for i, s := range c.spec.Stages {
			if !s.Terminal {
				from = append(from, i)
			}
		}
	case strings.HasPrefix(string(t.From), "@"):
		members, ok := c.groupAt[string(t.From[1:])]
		if !ok {
			c.fault(Fault{
				Code: FaultUnknownGroup, Path: path + ".From", Stage: t.From, Trigger: t.On,
				Detail: fmt.Sprintf("no stage is in group %q", clip(string(t.From[1:]))),
			})
		}
		for _, i := range members {
			if !c.spec.Stages[i].Terminal {
				from = append(from, i)
			}
		}
	default:
		if len(t.Except) > 0 {
			c.fault(Fault{Code: FaultEmptyWildcard, Path: path + ".Except", Stage: t.From, Trigger: t.On, Detail: "Except needs a wildcard source"})
		}
		if i := c.stage(path+".From", t.From); i >= 0 {
			return []int{i}, false
		}
		return nil, false
	}
	for k, s := range t.Except {
		c.stage(fmt.Sprintf("%s.Except[%d]", path, k), s)
	}
	return from, true
}

// stage resolves one stage name, or reports it and returns -1.
func (c *compiler) stage(path string, s Stage) int {
	if i, ok := c.stageAt[s]; ok {
		if c.inferred && !c.name(path, "stage", string(s)) {
			return -1
		}
		return i
	}
	if c.name(path, "stage", string(s)) {
		c.fault(Fault{Code: FaultUnknownStage, Path: path, Stage: s, Detail: fmt.Sprintf("stage %q is not declared", s)})
	}
	return -1
}

// choices orders the edges and checks each cell that has several.
func (c *compiler) choices() {
	slices.SortStableFunc(c.edges, func(a, b rawEdge) int {
		return cmp.Or(
			cmp.Compare(a.from, b.from),
			cmp.Compare(c.spec.Transitions[a.line].On, c.spec.Transitions[b.line].On),
			cmp.Compare(a.line, b.line),
		)
	})
	for lo := 0; lo < len(c.edges); {
		hi := lo + 1
		for hi < len(c.edges) && c.edges[hi].from == c.edges[lo].from && c.on(hi) == c.on(lo) {
			c.edges[hi].choice = hi - lo
			hi++
		}
		c.choice(c.edges[lo:hi])
		lo = hi
	}
}

func (c *compiler) on(edge int) Trigger { return c.spec.Transitions[c.edges[edge].line].On }

func (c *compiler) choice(run []rawEdge) {
	from := c.spec.Stages[run[0].from].Name
	type condition struct{ guard, gate string }
	seen := map[condition]int{}
	explicit, wildcard, open := -1, -1, -1
	for _, e := range run {
		t := c.spec.Transitions[e.line]
		at := func(code FaultCode, other int, format string, args ...any) {
			c.fault(Fault{
				Code: code, Path: fmt.Sprintf("Transitions[%d]", e.line), Stage: from, Trigger: t.On,
				Detail: fmt.Sprintf("from %q on %q: ", from, t.On) + fmt.Sprintf(format, args...) + fmt.Sprintf(" Transitions[%d]", other),
			})
		}
		if e.wildcard {
			wildcard = e.line
		} else {
			explicit = e.line
		}
		if len(run) > 1 && explicit >= 0 && wildcard >= 0 {
			at(FaultWildcardOverlap, explicit+wildcard-e.line, "a wildcard meets the explicit transition; list the stage in Except, or drop")
		}
		cond := condition{t.Guard.Name, t.Gate}
		first, dup := seen[cond]
		plain := cond == condition{}
		switch {
		case dup && plain:
			at(FaultDuplicate, first, "a second transition without guard; the first is")
		case dup:
			at(FaultDuplicateGuard, first, "never taken, the same condition stands at")
		case open >= 0:
			at(FaultUnconditional, open, "never taken, it stands behind the unconditional")
		}
		if !dup {
			seen[cond] = e.line
		}
		if plain && open < 0 {
			open = e.line
		}
	}
}

func (c *compiler) timers() {
	handled := map[[2]string]bool{}
	for i, e := range c.edges {
		handled[[2]string{string(c.spec.Stages[e.from].Name), string(c.on(i))}] = true
	}
	seen := map[Timer]int{}
	for i, t := range c.spec.After {
		path := fmt.Sprintf("After[%d]", i)
		known := c.stage(path+".Stage", t.Stage) >= 0
		named := c.name(path+".Trigger", "trigger", string(t.Trigger))
		if t.After <= 0 || t.After > maxTimer {
			c.fault(Fault{
				Code: FaultTimerDuration, Path: path + ".After", Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("duration %s, want more than 0 and at most %s", t.After, maxTimer),
			})
		}
		if known && named && !handled[[2]string{string(t.Stage), string(t.Trigger)}] {
			c.fault(Fault{
				Code: FaultTimerUnhandled, Path: path + ".Trigger", Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("stage %q has no transition on %q", t.Stage, t.Trigger),
			})
		}
		due := Timer{Stage: t.Stage, After: t.After}
		if first, dup := seen[due]; dup {
			c.fault(Fault{
				Code: FaultDuplicateTimer, Path: path, Stage: t.Stage, Trigger: t.Trigger,
				Detail: fmt.Sprintf("falls due together with After[%d]", first),
			})
		} else {
			seen[due] = i
		}
	}
	c.timerCycles()
}

// timerCycles reports stages from which timers alone lead back.
func (c *compiler) timerCycles() {
	fires := map[[2]string]bool{}
	for _, t := range c.spec.After {
		fires[[2]string{string(t.Stage), string(t.Trigger)}] = true
	}
	next := make([][]int, len(c.spec.Stages))
	for i, e := range c.edges {
		if !c.spec.Transitions[e.line].Internal && fires[[2]string{string(c.spec.Stages[e.from].Name), string(c.on(i))}] {
			next[e.from] = append(next[e.from], e.to)
		}
	}
	for _, cycle := range cycles(next) {
		names := make([]string, len(cycle))
		for i, s := range cycle {
			names[i] = string(c.spec.Stages[s].Name)
		}
		c.fault(Fault{
			Code: FaultTimerCycle, Path: "After", Stage: Stage(names[0]),
			Detail: fmt.Sprintf("timers alone lead round %q and never rest", names),
		})
	}
}

// vocabulary numbers the triggers and compares them with those declared.
func (c *compiler) vocabulary() {
	for _, m := range c.spec.Milestones {
		for _, t := range m.Events {
			c.trigAt[t] = 0
		}
	}
	declared := make(map[Trigger]int, len(c.spec.Triggers))
	for i, t := range c.spec.Triggers {
		path := fmt.Sprintf("Triggers[%d]", i)
		if !c.name(path, "trigger", string(t)) {
			continue
		}
		if first, dup := declared[t]; dup {
			c.fault(Fault{Code: FaultDuplicateTrigger, Path: path, Trigger: t, Detail: fmt.Sprintf("trigger %q is already Triggers[%d]", t, first)})
			continue
		}
		declared[t] = i
		if _, used := c.trigAt[t]; !used {
			c.fault(Fault{Code: FaultUnusedTrigger, Path: path, Trigger: t, Detail: fmt.Sprintf("nothing uses trigger %q", t)})
		}
	}
	if len(declared) == 0 {
		return
	}
	for i, t := range c.spec.Transitions {
		if _, ok := declared[t.On]; !ok {
			c.fault(Fault{
				Code: FaultUnknownTrigger, Path: fmt.Sprintf("Transitions[%d].On", i), Stage: t.From, Trigger: t.On,
				Detail: fmt.Sprintf("trigger %q is not declared", clip(string(t.On))),
			})
		}
	}
	for i, m := range c.spec.Milestones {
		for k, t := range m.Events {
			if _, ok := declared[t]; !ok {
				c.fault(Fault{
					Code: FaultUnknownTrigger, Path: fmt.Sprintf("Milestones[%d].Events[%d]", i, k), Trigger: t,
					Detail: fmt.Sprintf("trigger %q is not declared", clip(string(t))),
				})
			}
		}
	}
}
