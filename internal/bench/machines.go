package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/felixgeelhaar/statekit"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
)

// pendulum swings for ever.
func pendulum() (*journey.Definition, error) {
	return journey.Define(journey.Spec{
		Name: "pendulum", Initial: "left",
		Transitions: []journey.Transition{{From: "left", On: "swing", To: "right"}, {From: "right", On: "swing", To: "left"}},
	})
}

const swings = 200_000

// events is one event of one customer after another.
func events(o options) (work, error) {
	d, err := pendulum()
	if err != nil {
		return work{}, err
	}
	at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	ctx := context.Background()
	w := work{name: "an event moves a customer", unit: "event", units: swings}
	w.who = append(w.who,
		contender{name: "journey.Definition.Step", run: func() error {
			j := d.Start("acme", at)
			for i := range swings {
				var err error
				if j, err = d.Step(j, journey.Event{Customer: "acme", Trigger: "swing", At: at.Add(time.Duration(i))}); err != nil {
					return err
				}
			}
			return nil
		}},
		contender{name: "journey/tracker, stored in memory", run: func() error {
			t, err := tracker.New(d, tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{AutoStart: true})
			if err != nil {
				return err
			}
			for i := range swings {
				if _, err := t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "swing", At: at.Add(time.Duration(i))}); err != nil {
					return err
				}
			}
			return nil
		}},
		contender{name: "looplab/fsm", run: func() error {
			m := fsm.NewFSM("left", fsm.Events{{Name: "swing", Src: []string{"left"}, Dst: "right"}, {Name: "swing back", Src: []string{"right"}, Dst: "left"}}, fsm.Callbacks{})
			for i := range swings {
				if err := m.Event(ctx, []string{"swing", "swing back"}[i%2]); err != nil {
					return err
				}
			}
			return nil
		}},
		contender{name: "qmuntal/stateless", run: func() error {
			m := stateless.NewStateMachine("left")
			m.Configure("left").Permit("swing", "right")
			m.Configure("right").Permit("swing", "left")
			for range swings {
				if err := m.Fire("swing"); err != nil {
					return err
				}
			}
			return nil
		}},
	)
	chart, err := statekit.NewMachine[struct{}]("pendulum").WithInitial("left").
		State("left").On("swing").Target("right").Done().
		State("right").On("swing").Target("left").Done().
		Build()
	if err != nil {
		return work{}, err
	}
	w.who = append(w.who, contender{name: "felixgeelhaar/statekit", run: func() error {
		m := statekit.NewInterpreter(chart)
		m.Start()
		defer m.Stop()
		for range swings {
			m.Send(statekit.Event{Type: "swing"})
		}
		if m.State().Value != "left" {
			return errors.New("in another state")
		}
		return nil
	}})
	x := node(o.npm, "xstate", `const {createMachine,createActor}=require('xstate');
const a=createActor(createMachine({initial:'left',states:{left:{on:{swing:'right'}},right:{on:{swing:'left'}}}})); a.start();
const n=+process.argv[1]; const b=process.hrtime.bigint(); for(let i=0;i<n;i++) a.send({type:'swing'}); console.log(String(process.hrtime.bigint()-b))`, strconv.Itoa(swings))
	x.name = "XState"
	p := python("transitions", `from transitions import Machine
class Model: pass
m = Model(); Machine(m, states=['left', 'right'], initial='left', transitions=[['swing', 'left', 'right'], ['swing', 'right', 'left']])
def swings():
    for _ in range(int(sys.argv[1])): m.swing()
took(swings)`, strconv.Itoa(swings))
	p.name = "transitions (Python)"
	w.who = append(w.who, x, p)
	return w, nil
}
