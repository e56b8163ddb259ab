package journey

// Stage names where a customer is in a definition. Declare your own constants;
// the names are what diagrams show and what stores keep. The empty Stage is no
// stage.
type Stage string

// Trigger names what moves a customer from one stage to the next. The empty
// Trigger is no trigger.
type Trigger string

// Stage names with a meaning of their own inside a [Transition]. They cannot be
// the name of a stage; nor can any name that begins with "@".
const (
	// Any, as Transition.From, stands for every stage that is not terminal,
	// except the transition's own destination and the stages it lists in Except.
	Any Stage = "*"

	// Same, as Transition.To, is the source itself: a self-transition. It is
	// how a wildcard says "stay where you are".
	Same Stage = "="
)

// InGroup returns the wildcard that, as Transition.From, stands for every
// non-terminal stage that is part of the group, at any depth, except the
// transition's own destination and the stages it lists in Except. A stage with
// parts as From means the same, except that a part may have a transition of its
// own on the trigger, and that nothing is left out.
func InGroup(group string) Stage { return Stage("@" + group) }

// StageSpec describes one stage of a [Spec]. Its zero value has no name and is
// refused by [Define].
type StageSpec struct {
	// Name is the stage's name, unique in its definition.
	Name Stage
	// Group is the larger stage this one is part of, such as "customer" for
	// onboarding, adoption and retention; empty means the stage stands alone.
	// It may be declared as a stage itself, with a Group of its own, so that
	// stages nest to any depth; customers are always in the innermost. A stage
	// with parts passes on to them Goal, Terminal, Aside, and the hooks of those
	// that have none. Every report can be read at any level.
	Group string
	// Doc says in a sentence what being here means. It is not part of the hash.
	Doc string
	// Goal marks a stage the company wants customers to reach.
	Goal bool
	// Terminal marks a stage that nobody leaves.
	Terminal bool
	// Aside marks a stage that is no step of the way, such as churned, lost or
	// paused: moves to and from it are neither forward nor back. Where there are
	// goals, a terminal stage that is none stands aside without being marked.
	Aside bool
	// Entry and Exit name the hooks that run when the stage is entered and left.
	// The functions live in code; only the names belong to the definition.
	Entry, Exit string
}
