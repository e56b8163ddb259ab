package persona

import "fmt"

// Validate reports every fault in the form of the rule: several forms at once,
// tests without trait or test, unsuitable values, more than MaxRuleNodes
// conditions or MaxRuleDepth levels, and conditions that can never hold. The
// error is a *SetError whose paths begin with "Rule".
func (r Rule) Validate() error {
	c := checker{}
	if c.rule(&r, "Rule", "") {
		q := reasoning{left: maxWork}
		for _, path := range q.contradictions(&r, "Rule") {
			c.add(FaultContradiction, path, "", "can never hold: %s", clip(r.String()))
		}
	}
	return c.err("rule")
}

// checker collects faults.
type checker struct{ faults []Fault }

func (c *checker) add(code FaultCode, path, persona, format string, args ...any) {
	c.faults = append(c.faults, Fault{Code: code, Path: path, Persona: persona, Detail: fmt.Sprintf(format, args...)})
}

func (c *checker) err(name string) error {
	if len(c.faults) == 0 {
		return nil
	}
	return &SetError{Name: name, Faults: c.faults}
}

// rule checks the form of a rule and reports whether it is sound, so that it
// can be reasoned about.
func (c *checker) rule(r *Rule, path, persona string) bool {
	before := len(c.faults)
	nodes := 0
	c.node(r, path, persona, 1, &nodes)
	return len(c.faults) == before
}

func (c *checker) node(r *Rule, path, persona string, depth int, nodes *int) {
	if *nodes > MaxRuleNodes {
		return // reported
	}
	*nodes += 1 + len(r.Values)
	switch {
	case *nodes > MaxRuleNodes:
		c.add(FaultRuleSize, path, persona, "more than %d conditions and values", MaxRuleNodes)
		return
	case depth > MaxRuleDepth:
		c.add(FaultRuleSize, path, persona, "nested deeper than %d levels", MaxRuleDepth)
		return
	}
	forms := 0
	for _, has := range []bool{len(r.All) > 0, r.Any != nil, r.Not != nil, r.isTest()} {
		if has {
			forms++
		}
	}
	if forms > 1 {
		c.add(FaultRuleForm, path, persona, "want one of all, any, not and a test, got %d of them", forms)
	}
	if r.Any != nil && len(r.Any) == 0 {
		c.add(FaultRuleForm, path, persona, "any of no rules can never hold")
	}
	for i := range r.All {
		c.node(&r.All[i], index(path+".All", i), persona, depth+1, nodes)
	}
	for i := range r.Any {
		c.node(&r.Any[i], index(path+".Any", i), persona, depth+1, nodes)
	}
	if r.Not != nil {
		c.node(r.Not, path+".Not", persona, depth+1, nodes)
	}
	if r.isTest() {
		c.test(r, path, persona)
	}
}

func (c *checker) test(r *Rule, path, persona string) {
	if r.Trait == "" {
		c.add(FaultRuleTrait, path, persona, "a test without trait")
	} else if fault := textFault(r.Trait); fault != "" {
		c.add(FaultText, path+".Trait", persona, "%s", fault)
	}
	for i, v := range r.Values {
		if err := v.Validate(); err != nil {
			c.add(FaultRuleValues, index(path+".Values", i), persona, "%s", err)
		}
	}
	n := len(r.Values)
	switch r.Op {
	case OpHas:
		if n > 0 {
			c.add(FaultRuleValues, path, persona, "%s takes no value, got %d", r.Op, n)
		}
	case OpIn:
		if n == 0 {
			c.add(FaultRuleValues, path, persona, "%s takes at least one value", r.Op)
		}
	case OpContains:
		if n == 0 {
			c.add(FaultRuleValues, path, persona, "%s takes at least one text", r.Op)
		}
		for i, v := range r.Values {
			if v.kind != KindString || v.s == "" {
				c.add(FaultRuleValues, index(path+".Values", i), persona, "want a text that is not empty, got %s", v)
			}
		}
	case OpLess, OpAtMost, OpMore, OpAtLeast:
		if n != 1 {
			c.add(FaultRuleValues, path, persona, "%s takes one value, got %d", r.Op, n)
		}
		for i, v := range r.Values {
			if v.kind != KindNumber && v.kind != KindDate {
				c.add(FaultRuleValues, index(path+".Values", i), persona, "want a number or a date, got %s", v)
			}
		}
	default:
		c.add(FaultRuleOp, path, persona, "unknown test %s", r.Op)
	}
}
