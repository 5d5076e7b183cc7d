package watch

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tagwarden/tagwarden/internal/meter"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// region is the region that the deployment is in, as whoever deploys fills it in; ${Partition} and ${Account} likewise.
const region = "${Region}"

// A Row is one widget of the dashboard, or several side by side.
type Row []Widget

// A Widget answers one question: text, the state of alarms, or metrics.
type Widget struct {
	Title  string
	Text   string   // Markdown; "" for the others
	Alarms []string // names
	Lines  []Line
	Sum    bool // one number a line over the whole time that is shown, and not a graph
	Width  int  // of 24
	Height int
}

// A Line is a metric with its label.
type Line struct {
	Metric Metric
	Label  string
}

// hour is the period of the dashboard's graphs.
const hour = time.Hour

// Docs is where the operators' pages are.
const Docs = "https://github.com/tagwarden/tagwarden/blob/main/docs/"

// Dashboard is what a deployment's dashboard shows, from above: is it on, what came, what became of it, how fast, what waits.
func Dashboard(d Deployment) []Row {
	return []Row{
		{d.text()},
		{d.on(), d.alarms()},
		{d.became()},
		{d.came(), d.fast()},
		{d.waits(), d.late()},
	}
}

func (d Deployment) text() Widget {
	links := []struct{ page, what string }{
		{"watch.md", "what each alarm means"}, {"guardrails.md", "brake, breakers, budgets"}, {"messages.md", "messages, logs and metrics"}, {"policy.md", "the policy"},
	}
	text := "## " + d.Names.Prefix + "\nIs it on, what came, what became of it, how fast, what waits."
	for _, l := range links {
		text += fmt.Sprintf(" [%s](%s%s)", l.what, Docs, l.page)
	}
	return Widget{Text: text, Width: 24, Height: 2}
}

// on says whether anything keeps changes from being made. A metric without a value is 0.
func (d Deployment) on() Widget {
	return Widget{
		Title: "Is it on? Brakes and open breakers (none: it is)", Width: 8, Height: 5,
		Lines: []Line{{d.own(meter.Brake, "Maximum", step), "brakes on"}, {d.own(meter.Breaker, "Maximum", step), "breakers open"}},
	}
}

func (d Deployment) alarms() Widget {
	w := Widget{Title: "Alarms", Width: 16, Height: 5}
	for _, a := range Alarms(d) {
		w.Alarms = append(w.Alarms, a.Name)
	}
	return w
}

// became counts what became of findings. Messages are counted by the topic itself: alarms go there, too.
//
// Source: Amazon SNS developer guide, "Monitoring Amazon SNS topics using CloudWatch" (dimension TopicName).
func (d Deployment) became() Widget {
	w := Widget{Title: "What became of it", Sum: true, Width: 24, Height: 3}
	for _, source := range meter.Sources() {
		w.Lines = append(w.Lines, Line{d.fixed(source, "SampleCount", hour), "fixed, " + source})
	}
	for _, name := range []string{meter.Proposed, meter.Refused, meter.Undone} {
		w.Lines = append(w.Lines, Line{d.own(name, "Sum", hour), name})
	}
	told := Metric{"AWS/SNS", "NumberOfMessagesPublished", []Dimension{{"TopicName", d.Names.Topic()}}, "Sum", hour}
	w.Lines = append(w.Lines, Line{told, "told"})
	return w
}

// came counts what the rules matched, and what came to the queues of it; not the clock's ticks.
func (d Deployment) came() Widget {
	w := Widget{Title: "What came: events by rule, messages by queue", Width: 12, Height: 8}
	for _, rule := range d.rules() {
		w.Lines = append(w.Lines, Line{d.ofRule(rule, "TriggeredRules", hour), "rule " + strings.TrimPrefix(rule, d.Names.Function(""))})
	}
	for _, q := range d.queues() {
		if q.function != rights.ClockName {
			w.Lines = append(w.Lines, Line{ofQueue(q.name, "NumberOfMessagesSent", "Sum", hour), "queue of " + q.function})
		}
	}
	return w
}

func (d Deployment) fast() Widget {
	w := Widget{Title: "How fast: from event to verified fix (milliseconds)", Width: 12, Height: 8}
	for _, source := range meter.Sources() {
		for _, stat := range []string{"p50", "p95"} {
			w.Lines = append(w.Lines, Line{d.fixed(source, stat, hour), source + " " + stat})
		}
	}
	return w
}

func (d Deployment) waits() Widget {
	w := Widget{Title: "What waits: messages, and entries for a time or a person", Width: 12, Height: 8}
	for _, q := range d.queues() {
		w.Lines = append(w.Lines, Line{ofQueue(q.name, "ApproximateNumberOfMessagesVisible", "Maximum", step), "queue of " + q.function})
	}
	w.Lines = append(w.Lines, Line{d.own(meter.Waiting, "Maximum", step), "entries"})
	return w
}

func (d Deployment) late() Widget {
	return Widget{
		Title: "Dead letters", Width: 12, Height: 8,
		Lines: []Line{
			{ofQueue(d.Names.Dead(), "ApproximateNumberOfMessagesVisible", "Maximum", step), "of judges, clock and EventBridge"},
			{ofQueue(d.Names.HandOverDead(), "ApproximateNumberOfMessagesVisible", "Maximum", step), "of act"},
		},
	}
}

// Body is a dashboard as CloudWatch takes it, with ${Partition}, ${Region} and ${Account} to be filled in.
//
// Source: CloudWatch API reference, "Dashboard body structure and syntax".
func Body(rows []Row) (string, error) {
	widgets := []any{}
	y := 0
	for _, row := range rows {
		x, height := 0, 0
		for _, w := range row {
			typ, properties := w.properties()
			widgets = append(widgets, map[string]any{"type": typ, "x": x, "y": y, "width": w.Width, "height": w.Height, "properties": properties})
			x, height = x+w.Width, max(height, w.Height)
		}
		y += height
	}
	body, err := json.Marshal(map[string]any{"start": "-P1D", "periodOverride": "inherit", "widgets": widgets})
	if err != nil {
		return "", fmt.Errorf("encode the dashboard: %w", err)
	}
	return string(body), nil
}

func (w Widget) properties() (typ string, properties map[string]any) {
	switch {
	case w.Text != "":
		return "text", map[string]any{"markdown": w.Text}
	case w.Alarms != nil:
		arns := make([]string, len(w.Alarms))
		for i, name := range w.Alarms {
			arns[i] = "arn:${Partition}:cloudwatch:" + region + ":${Account}:alarm:" + name
		}
		return "alarm", map[string]any{"title": w.Title, "alarms": arns, "sortBy": "stateUpdatedTimestamp"}
	}
	var metrics []any
	for _, l := range w.Lines {
		metrics = append(metrics, l.array())
	}
	properties = map[string]any{"title": w.Title, "region": region, "view": "timeSeries", "stacked": false, "metrics": metrics}
	if w.Sum {
		properties["view"], properties["sparkline"], properties["setPeriodToTimeRange"] = "singleValue", true, true
	}
	return "metric", properties
}

// array is a line as a dashboard writes it: namespace, name, dimensions by name and value, and how it is shown.
func (l Line) array() []any {
	a := []any{l.Metric.Namespace, l.Metric.Name}
	for _, d := range l.Metric.Dimensions {
		a = append(a, d.Name, d.Value)
	}
	return append(a, map[string]any{"stat": l.Metric.Stat, "period": int(l.Metric.Period.Seconds()), "label": l.Label})
}
