package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/tagwarden/tagwarden/internal/watch"
)

// newAlarm makes an alarm. People hear at the deployment's topic when it goes off, and when it is over.
//
// Source: CloudFormation template reference, AWS::CloudWatch::Alarm.
func (s *Stack) newAlarm(scope constructs.Construct, a watch.Alarm) awscloudwatch.CfnAlarm {
	people := &[]any{s.topic.TopicArn()}
	props := &awscloudwatch.CfnAlarmProps{
		AlarmName: &a.Name, AlarmDescription: jsii.String(a.Description()), AlarmActions: people, OkActions: people,
		ComparisonOperator: jsii.String("GreaterThanThreshold"), Threshold: &a.Threshold, TreatMissingData: jsii.String("notBreaching"),
		EvaluationPeriods: jsii.Number(a.Periods), DatapointsToAlarm: jsii.Number(a.Datapoints),
	}
	if expression := a.Expression(); expression != "" {
		props.Metrics = summed(a.Of, expression)
	} else {
		one(props, a.Of[0])
	}
	return awscloudwatch.NewCfnAlarm(scope, jsii.String("Alarm-"+a.ID), props)
}

// one has an alarm watch one metric.
func one(props *awscloudwatch.CfnAlarmProps, m watch.Metric) {
	props.Namespace, props.MetricName, props.Period = &m.Namespace, &m.Name, jsii.Number(m.Period.Seconds())
	props.Dimensions = alarmDimensions(m.Dimensions)
	if strings.HasPrefix(m.Stat, "p") {
		props.ExtendedStatistic = &m.Stat
	} else {
		props.Statistic = &m.Stat
	}
}

// summed has an alarm watch an expression over metrics, which it calls m1, m2 and so on.
func summed(metrics []watch.Metric, expression string) *[]any {
	queries := []any{&awscloudwatch.CfnAlarm_MetricDataQueryProperty{Id: jsii.String("sum"), Expression: &expression, ReturnData: jsii.Bool(true)}}
	for i, m := range metrics {
		queries = append(queries, &awscloudwatch.CfnAlarm_MetricDataQueryProperty{
			Id: jsii.String(fmt.Sprintf("m%d", i+1)), ReturnData: jsii.Bool(false),
			MetricStat: &awscloudwatch.CfnAlarm_MetricStatProperty{
				Metric: &awscloudwatch.CfnAlarm_MetricProperty{Namespace: &m.Namespace, MetricName: &m.Name, Dimensions: alarmDimensions(m.Dimensions)},
				Period: jsii.Number(m.Period.Seconds()), Stat: &m.Stat,
			},
		})
	}
	return &queries
}

// alarmDimensions are dimensions as an alarm names them; nil for none.
func alarmDimensions(dimensions []watch.Dimension) *[]any {
	if len(dimensions) == 0 {
		return nil
	}
	var all []any
	for _, d := range dimensions {
		all = append(all, &awscloudwatch.CfnAlarm_DimensionProperty{Name: &d.Name, Value: &d.Value})
	}
	return &all
}
