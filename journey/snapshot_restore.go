package journey

import (
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
)

// Migration carries snapshots of one definition into another whose names
// differ. Names that it does not list stay as they are; names the new
// definition does not have are errors, never dropped. The zero Migration says:
// the definitions differ, and every name in use is still there.
type Migration struct {
	// From is the hash of the definition the snapshots come from; empty fits
	// every one.
	From string
	// Stages maps old stages to new ones; several may go to one.
	Stages map[Stage]Stage
	// Milestones maps old milestones to new ones. The empty name forgets a
	// milestone, reached or not.
	Milestones map[string]string
	// Triggers maps old triggers to new ones, in the progress of milestones.
	Triggers map[Trigger]Trigger
	// Restart lists new milestones whose progress begins anew, for rules that
	// cannot be met by what was counted under the old ones. What has been
	// reached stays reached.
	Restart []string
}

// RestoreError says why a well-formed snapshot does not fit a definition. It
// lists everything that is missing. errors.Is finds [ErrForeign] when the
// snapshot belongs to another definition and no migration fits,
// [ErrUnknownStage] and [ErrUnknownMilestone] for what is missing. The zero
// value is not useful.
type RestoreError struct {
	Customer string
	// Definition and Hash are those of the snapshot; Into and IntoHash those of
	// the definition it was to go into.
	Definition, Hash string
	Into, IntoHash   string
	// Migrated is whether a migration was applied.
	Migrated bool
	// Stage is the missing stage, after migration; empty when it is there.
	Stage Stage
	// Milestones are the missing milestones, after migration, sorted.
	Milestones []string
	// Progress are the milestones whose progress does not fit their rule, sorted.
	Progress []string
}

// Error names both definitions and what is missing.
func (e *RestoreError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "journey: restore: customer %q: snapshot of %q (%.12s…) into %q (%.12s…)",
		clip(e.Customer), e.Definition, e.Hash, e.Into, e.IntoHash)
	sep := ": "
	part := func(format string, args ...any) {
		fmt.Fprintf(&b, sep+format, args...)
		sep = "; "
	}
	if e.foreign() {
		part("another definition and no migration from it")
	}
	if e.Stage != "" {
		part("no stage %q", e.Stage)
	}
	if len(e.Milestones) > 0 {
		part("no milestone %q", e.Milestones)
	}
	if len(e.Progress) > 0 {
		part("progress does not fit the rule of milestone %q", e.Progress)
	}
	return b.String()
}

func (e *RestoreError) foreign() bool { return e.Hash != e.IntoHash && !e.Migrated }

// Unwrap returns the sentinels that apply.
func (e *RestoreError) Unwrap() []error {
	var errs []error
	if e.foreign() {
		errs = append(errs, ErrForeign)
	}
	if e.Stage != "" {
		errs = append(errs, ErrUnknownStage)
	}
	if len(e.Milestones) > 0 {
		errs = append(errs, ErrUnknownMilestone)
	}
	if len(e.Progress) > 0 {
		errs = append(errs, ErrSnapshot)
	}
	return errs
}

// Restore turns a snapshot back into the journey it was taken of, so that going
// on with it is the same as never having stopped.
//
// A snapshot of a definition with another hash needs a migration: the first
// whose From is that hash, or else the first without From. What does not fit is
// a [*RestoreError]; a snapshot that is malformed in itself is an [ErrSnapshot].
// Timers run from Since as d has them; those due by Last have had their turn.
// Due is computed anew.
func (d *Definition) Restore(s Snapshot, migrations ...Migration) (Journey, error) {
	if err := s.Validate(); err != nil {
		return Journey{}, err
	}
	since, _ := nanos(s.Since)
	last, _ := nanos(s.Last)
	j := Journey{def: d, customer: s.Customer, since: since, last: last, lastID: s.LastEvent, seq: s.Seq}
	if s.Hash == d.hash && len(s.Reached)+len(s.Progress) == 0 && d.timed == nil {
		if i, ok := d.stageIx.find(string(s.Stage)); ok {
			j.stage = i
			return j, nil
		}
	}
	fail := &RestoreError{Customer: s.Customer, Definition: s.Definition, Hash: s.Hash, Into: d.spec.Name, IntoHash: d.hash}
	var restart []string
	if s.Hash != d.hash {
		if m, ok := migrationFrom(s.Hash, migrations); ok {
			fail.Migrated = true
			restart = m.Restart
			s = m.rename(s)
		}
	}
	i, ok := d.stageIx.find(string(s.Stage))
	if !ok && fail.Migrated {
		i, ok = d.enter(s.Stage) // a stage that has been given parts since
	}
	if !ok {
		fail.Stage = s.Stage
	}
	j.stage = i
	for _, name := range s.Reached {
		i, ok := d.mileIx.find(name)
		if !ok {
			fail.Milestones = append(fail.Milestones, name)
			continue
		}
		j.reached |= 1 << i
	}
	j.progress = d.resume(s.Progress, &j, restart, fail)
	if fail.foreign() || fail.Stage != "" || len(fail.Milestones) > 0 || len(fail.Progress) > 0 {
		slices.Sort(fail.Milestones)
		fail.Milestones = slices.Compact(fail.Milestones)
		slices.Sort(fail.Progress)
		return Journey{}, fail
	}
	return j, nil
}

func migrationFrom(hash string, list []Migration) (Migration, bool) {
	for _, from := range [...]string{hash, ""} {
		for _, m := range list {
			if m.From == from {
				return m, true
			}
		}
	}
	return Migration{}, false
}

// rename applies the maps of m to a copy of s.
func (m Migration) rename(s Snapshot) Snapshot {
	s = s.Clone()
	if to, ok := m.Stages[s.Stage]; ok {
		s.Stage = to
	}
	milestone := func(name string) (string, bool) {
		if stage, ok := strings.CutPrefix(name, "@"); ok {
			if to, ok := m.Stages[Stage(stage)]; ok {
				return "@" + string(to), true
			}
			return name, true
		}
		to, ok := m.Milestones[name]
		if !ok {
			return name, true
		}
		return to, to != ""
	}
	reached := s.Reached[:0]
	for _, name := range s.Reached {
		if name, keep := milestone(name); keep {
			reached = append(reached, name)
		}
	}
	s.Reached = reached
	progress := s.Progress[:0]
	for _, p := range s.Progress {
		name, keep := milestone(p.Milestone)
		if !keep {
			continue
		}
		p.Milestone = name
		for k := range p.Marks {
			if to, ok := m.Triggers[p.Marks[k].Event]; ok {
				p.Marks[k].Event = to
			}
		}
		progress = append(progress, p)
	}
	s.Progress = progress
	return s
}

// resume packs progress into counters. What does not fit goes into fail.
func (d *Definition) resume(list []Progress, j *Journey, restart []string, fail *RestoreError) string {
	if len(list) == 0 && d.timed == nil {
		return ""
	}
	reached := j.reached
	slots := make([]uint64, d.slots)
	d.resumeClocks(slots, list, j, fail)
	var seen uint64
	for _, p := range list {
		if strings.HasPrefix(p.Milestone, "@") {
			continue
		}
		i, ok := d.mileIx.find(p.Milestone)
		if !ok {
			fail.Milestones = append(fail.Milestones, p.Milestone)
			continue
		}
		if fail.Migrated && (reached>>i&1 != 0 || slices.Contains(restart, p.Milestone)) {
			continue
		}
		m := &d.spec.Milestones[i]
		own := slots[d.offsets[i]:][:m.progressSlots()]
		if (reached|seen)>>i&1 != 0 || !m.load(own, p) {
			fail.Progress = append(fail.Progress, p.Milestone)
		}
		seen |= 1 << i
	}
	return packSlots(slots)
}

// resumeClocks sets the clocks of the stages that j's stage is part of, from
// the list or else to the beginning of the visit. Under one definition the list
// has exactly those; a migration may bring others, which have stopped.
func (d *Definition) resumeClocks(slots []uint64, list []Progress, j *Journey, fail *RestoreError) {
	if fail.Stage != "" {
		return
	}
	for _, p := range list {
		name, ok := strings.CutPrefix(p.Milestone, "@")
		if !ok {
			continue
		}
		n, known := d.nodeAt[name]
		clock, timed := d.clockAt[n]
		fits := known && timed && d.within(j.stage, n) && slots[clock] == 0 && p.Count == 0 && len(p.Marks) == 1 && p.Marks[0].Event == "" && !p.Marks[0].At.IsZero()
		if fits {
			at, _ := nanos(p.Marks[0].At)
			if fits = at <= j.since; fits {
				slots[clock] = stamp(at)
			}
		}
		if !fits && !fail.Migrated {
			fail.Progress = append(fail.Progress, p.Milestone)
		}
	}
	for _, n := range d.timed {
		if clock := d.clockAt[n]; d.within(j.stage, n) && slots[clock] == 0 {
			slots[clock] = stamp(j.since)
			if !fail.Migrated {
				fail.Progress = append(fail.Progress, "@"+d.nodes[n].name)
			}
		}
	}
}

// load fills the milestone's counters and reports whether p is progress the
// rule can have without being met.
func (m *Milestone) load(slots []uint64, p Progress) bool {
	window := m.Within > 0
	if len(slots) == 0 || window && len(p.Marks) > len(slots) {
		return false
	}
	if m.Rule == CountOf && !window {
		slots[0] = uint64(p.Count)
		return len(p.Marks) == 0 && p.Count > 0 && p.Count < int64(m.N)
	}
	if p.Count != 0 || len(p.Marks) == 0 {
		return false
	}
	for k, mark := range p.Marks {
		pos := len(slots) - len(p.Marks) + k // ascending, free counters first
		if m.Rule != CountOf {
			if pos = slices.Index(m.Events, mark.Event); pos < 0 {
				return false
			}
		} else if mark.Event != "" {
			return false
		}
		if mark.At.IsZero() == window {
			return false
		}
		switch at, _ := nanos(mark.At); {
		case !window && slots[0]>>pos&1 == 0:
			slots[0] |= 1 << pos
		case window && slots[pos] == 0:
			slots[pos] = stamp(at)
		default:
			return false // the same event twice
		}
	}
	if !window {
		return bits.OnesCount64(slots[0]) < m.need()
	}
	return true
}

// checkMigrations reports every name in the migrations that d does not have.
func (d *Definition) checkMigrations(list []Migration) error {
	var errs []error
	for i, m := range list {
		bad := func(what string, err error) {
			errs = append(errs, fmt.Errorf("journey: migration %d from %.12q: %s: %w", i, m.From, what, err))
		}
		for _, old := range slices.Sorted(maps.Keys(m.Stages)) {
			if _, ok := d.enter(m.Stages[old]); !ok {
				bad(fmt.Sprintf("stage %q to %q", old, m.Stages[old]), ErrUnknownStage)
			}
		}
		for _, old := range slices.Sorted(maps.Keys(m.Milestones)) {
			if _, ok := d.mileIx.find(m.Milestones[old]); !ok && m.Milestones[old] != "" {
				bad(fmt.Sprintf("milestone %q to %q", old, m.Milestones[old]), ErrUnknownMilestone)
			}
		}
		for _, old := range slices.Sorted(maps.Keys(m.Triggers)) {
			if _, ok := d.trigIx.find(string(m.Triggers[old])); !ok {
				bad(fmt.Sprintf("trigger %q to %q", old, m.Triggers[old]), ErrUnknownTrigger)
			}
		}
		for _, name := range m.Restart {
			if _, ok := d.mileIx.find(name); !ok {
				bad(fmt.Sprintf("restart of milestone %q", name), ErrUnknownMilestone)
			}
		}
	}
	return errors.Join(errs...)
}
