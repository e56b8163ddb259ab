package journey

// Table is a [Definition] by number, for programs that follow millions of
// events and cannot afford a name for each. Stages and triggers count from 0 in
// the order of [Definition.Stages] and [Definition.Triggers]; where a trigger
// leads is one load:
//
//	t := d.Table()
//	if n := t.Next[stage*t.Width+trigger]; n != 0 {
//		stage = int(n) - 1
//	}
//
// It says what [Definition.Next] says: a guarded choice leads where its
// unconditional branch does, if it has one. The slice is the definition's own
// memory: read it, never write to it. Numbers mean something only with the
// definition they came from. The zero Table has no stage.
type Table struct {
	Next    []uint16 // [stage*Width+trigger]: destination + 1, or 0 for nowhere
	Width   int      // number of triggers
	Initial int      // the initial stage

	d *Definition
}

// Table returns the definition by number. It costs nothing.
func (d *Definition) Table() Table {
	return Table{Next: d.next[:len(d.next):len(d.next)], Width: d.width, Initial: int(d.initial), d: d}
}

// Stage returns the number of a stage, and whether the definition has it.
func (t Table) Stage(s Stage) (int, bool) {
	if t.d == nil {
		return 0, false
	}
	i, ok := t.d.stageIx.find(string(s))
	return int(i), ok
}

// Trigger returns the number of a trigger, and whether the definition has it.
func (t Table) Trigger(tr Trigger) (int, bool) {
	if t.d == nil {
		return 0, false
	}
	i, ok := t.d.trigIx.find(string(tr))
	return int(i), ok
}
