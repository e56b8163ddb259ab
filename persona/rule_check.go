package persona

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The faults of rules and sets of personas.
const (
	FaultTooMany          fault.Code = "too-many"           // a limit of the set is exceeded
	FaultIDMissing        fault.Code = "id-missing"         // a persona or question without ID
	FaultNameMissing      fault.Code = "name-missing"       // a persona without name, a question without text
	FaultDuplicate        fault.Code = "duplicate-id"       // an ID given twice
	FaultText             fault.Code = "bad-text"           // too long or not UTF-8
	FaultCompanySize      fault.Code = "company-size"       // negative, or the upper end below the lower
	FaultRuleForm         fault.Code = "rule-form"          // several forms in one rule
	FaultRuleTrait        fault.Code = "rule-trait"         // a test without trait
	FaultRuleOp           fault.Code = "rule-test"          // a trait without test, or an unknown test
	FaultRuleValues       fault.Code = "rule-values"        // too few, too many or unsuitable values
	FaultRuleSize         fault.Code = "rule-size"          // too many conditions or nested too deep
	FaultContradiction    fault.Code = "contradictory-rule" // a condition that can never hold
	FaultUnreachable      fault.Code = "unreachable-rule"   // whoever it matches is taken by personas before it
	FaultUnknownQuestion  fault.Code = "unknown-question"   // an answer to a question that is not in the set
	FaultAnswer           fault.Code = "bad-answer"         // an answer without text, or at an impossible time
	FaultQuestionAudience fault.Code = "question-audience"  // a question to nobody
	FaultQuestionAspect   fault.Code = "question-aspect"    // a question that informs no aspect, or an unknown one
)

// Validate reports every fault in the form of the rule: several forms at once,
// tests without trait or test, unsuitable values, more than MaxRuleNodes
// conditions or MaxRuleDepth levels, and conditions that can never hold. The
// error is a *[fault.Design] whose paths begin with "Rule".
func (r Rule) Validate() error {
	c := newChecker("rule", "")
	if c.rule(&r, "Rule", "") {
		q := reasoning{left: maxWork}
		for _, path := range q.contradictions(&r, "Rule") {
			c.add(FaultContradiction, path, "", "can never hold: %s", text.Clip(r.String()))
		}
	}
	return c.Fault()
}

// checker collects faults.
type checker struct{ fault.Design }

func (c *checker) add(code fault.Code, path, persona, format string, args ...any) {
	c.Addf(code, path, persona, format, args...)
}

func newChecker(kind, name string) checker {
	return checker{fault.Design{Package: "persona", Kind: kind, Name: name, Err: ErrSet}}
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// rule checks the form of a rule and reports whether it is sound, so that it
// can be reasoned about.
func (c *checker) rule(r *Rule, path, persona string) bool {
	before := len(c.Faults)
	nodes := 0
	c.node(r, path, persona, 1, &nodes)
	return len(c.Faults) == before
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
	}
	c.text(path+".Trait", persona, r.Trait, MaxText)
	for i, v := range r.Values {
		if err := v.Validate(); err != nil {
			c.add(FaultRuleValues, index(path+".Values", i), persona, "%s", err)
		}
	}
	n := len(r.Values)
	switch r.Op {
	case opHas:
		if n > 0 {
			c.add(FaultRuleValues, path, persona, "%s takes no value, got %d", r.Op, n)
		}
	case opIn:
		if n == 0 {
			c.add(FaultRuleValues, path, persona, "%s takes at least one value", r.Op)
		}
	case opContains:
		if n == 0 {
			c.add(FaultRuleValues, path, persona, "%s takes at least one text", r.Op)
		}
		for i, v := range r.Values {
			if v.kind != KindString || v.s == "" {
				c.add(FaultRuleValues, index(path+".Values", i), persona, "want a text that is not empty, got %s", v)
			}
		}
	case opLess, opAtMost, opMore, opAtLeast:
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
