package tags

import (
	"cmp"
	"slices"
	"strings"
)

// A serviceAction says which of a service's own actions the Resource Groups Tagging API needs to tag its resources.
type serviceAction struct {
	names  string // the middle of the CloudFormation types, by spaces: "Glue" for AWS::Glue::*; a longer one names one type: "Cognito::UserPool"
	prefix string // IAM service prefix
	tag    string // actions by spaces; "" for TagResource
	untag  string // actions by spaces; "" for UntagResource
	on     string // "" for the very resource, "*" where AWS offers no resource level
}

// types are the CloudFormation types, as globs.
func (s serviceAction) types() []string {
	var globs []string
	for name := range strings.FieldsSeq(s.names) {
		if !strings.Contains(name, "::") {
			name += "::*"
		}
		globs = append(globs, "AWS::"+name)
	}
	return globs
}

// actions are the names of the actions, each once.
func (s serviceAction) actions() []string {
	var names []string
	for name := range strings.FieldsSeq(cmp.Or(s.tag, "TagResource") + " " + cmp.Or(s.untag, "UntagResource")) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func serviceTypes() []string {
	var globs []string
	for _, s := range serviceActions {
		globs = append(globs, s.types()...)
	}
	return slices.Compact(slices.Sorted(slices.Values(globs)))
}

// unseenTypes are types whose resources are not on AWS's list of what its tag queries show.
//
// Source: Resource Groups user guide, "Resource types you can use with AWS Resource Groups and Tag Editor" (April 2026).
var unseenTypes = []string{
	"AWS::AutoScaling::*", "AWS::CloudFront::*", "AWS::DataSync::Location*", "AWS::Route53::HostedZone", "AWS::Route53Resolver::*", "AWS::WAFv2::*",
}

// serviceActions are the services that are tagged through the Resource Groups Tagging API.
//
// Source: Service Authorization Reference, the actions of access level Tagging of each service.
var serviceActions = []serviceAction{
	{names: "AccessAnalyzer", prefix: "access-analyzer"},
	{names: "ACM CertificateManager", prefix: "acm", tag: "AddTagsToCertificate", untag: "RemoveTagsFromCertificate"},
	{names: "ACMPCA", prefix: "acm-pca", tag: "TagCertificateAuthority", untag: "UntagCertificateAuthority"},
	{names: "AmazonMQ", prefix: "mq", tag: "CreateTags", untag: "DeleteTags"},
	{names: "Amplify", prefix: "amplify"},
	{names: "ApiGateway ApiGatewayV2", prefix: "apigateway", tag: "PUT", untag: "DELETE", on: "arn:${Partition}:apigateway:${Region}::/tags/*"},
	{names: "AppConfig", prefix: "appconfig"},
	{names: "AppFlow", prefix: "appflow"},
	{names: "AppIntegrations", prefix: "app-integrations"},
	{names: "ApplicationAutoScaling", prefix: "application-autoscaling"},
	{names: "ApplicationInsights", prefix: "applicationinsights", on: "*"},
	{names: "AppMesh", prefix: "appmesh"},
	{names: "AppRunner", prefix: "apprunner"},
	{names: "AppStream", prefix: "appstream"},
	{names: "AppSync", prefix: "appsync"},
	{names: "APS", prefix: "aps"},
	{names: "Athena", prefix: "athena"},
	{names: "AuditManager", prefix: "auditmanager"},
	{names: "AutoScaling", prefix: "autoscaling", tag: "CreateOrUpdateTags", untag: "DeleteTags"},
	{names: "B2BI", prefix: "b2bi"},
	{names: "Backup", prefix: "backup"},
	{names: "BackupGateway", prefix: "backup-gateway"},
	{names: "Batch", prefix: "batch"},
	{names: "BCMDataExports", prefix: "bcm-data-exports"},
	{names: "Bedrock", prefix: "bedrock"},
	{names: "BedrockAgentCore", prefix: "bedrock-agentcore"},
	{names: "Budgets", prefix: "budgets"},
	{names: "Cassandra", prefix: "cassandra"},
	{names: "CE", prefix: "ce"},
	{names: "CleanRoomsML", prefix: "cleanrooms-ml"},
	{names: "Cloud9", prefix: "cloud9"},
	{names: "CloudFront", prefix: "cloudfront"},
	{names: "CloudHSM", prefix: "cloudhsm"},
	{names: "CloudTrail", prefix: "cloudtrail", tag: "AddTags", untag: "RemoveTags"},
	{names: "CloudWatch", prefix: "cloudwatch"},
	{names: "CodeArtifact", prefix: "codeartifact"},
	{names: "CodeBuild::Fleet", prefix: "codebuild", tag: "UpdateFleet", untag: "UpdateFleet"},
	{names: "CodeBuild::Project", prefix: "codebuild", tag: "UpdateProject", untag: "UpdateProject"},
	{names: "CodeBuild::ReportGroup", prefix: "codebuild", tag: "UpdateReportGroup", untag: "UpdateReportGroup"},
	{names: "CodeCommit", prefix: "codecommit"},
	{names: "CodeConnections", prefix: "codeconnections"},
	{names: "CodeDeploy", prefix: "codedeploy"},
	{names: "CodeGuruProfiler", prefix: "codeguru-profiler"},
	{names: "CodeGuruReviewer", prefix: "codeguru-reviewer"},
	{names: "CodePipeline", prefix: "codepipeline"},
	{names: "CodeStarConnections", prefix: "codestar-connections"},
	{names: "CodeStarNotifications", prefix: "codestar-notifications"},
	{names: "Cognito::IdentityPool", prefix: "cognito-identity"},
	{names: "Cognito::UserPool", prefix: "cognito-idp"},
	{names: "Comprehend", prefix: "comprehend"},
	{names: "Config", prefix: "config"},
	{names: "Connect", prefix: "connect"},
	{names: "CUR", prefix: "cur"},
	{names: "CustomerProfiles", prefix: "profile"},
	{names: "DataSync", prefix: "datasync"},
	{names: "DAX", prefix: "dax"},
	{names: "Deadline", prefix: "deadline"},
	{names: "Detective", prefix: "detective"},
	{names: "DeviceFarm", prefix: "devicefarm"},
	{names: "DirectConnect", prefix: "directconnect"},
	{names: "DirectoryService", prefix: "ds", tag: "AddTagsToResource", untag: "RemoveTagsFromResource"},
	{names: "DLM", prefix: "dlm"},
	{names: "DMS", prefix: "dms", tag: "AddTagsToResource", untag: "RemoveTagsFromResource"},
	{names: "DocDBElastic", prefix: "docdb-elastic"},
	{names: "ECR::PublicRepository", prefix: "ecr-public"},
	{names: "EFS", prefix: "elasticfilesystem"},
	{names: "ElastiCache", prefix: "elasticache", tag: "AddTagsToResource", untag: "RemoveTagsFromResource"},
	{names: "ElasticBeanstalk", prefix: "elasticbeanstalk", tag: "AddTags", untag: "RemoveTags"},
	{names: "ElasticLoadBalancing", prefix: "elasticloadbalancing", tag: "AddTags", untag: "RemoveTags"},
	{names: "Elasticsearch OpenSearch OpenSearchService", prefix: "es", tag: "AddTags", untag: "RemoveTags"},
	{names: "EMR", prefix: "elasticmapreduce", tag: "AddTags", untag: "RemoveTags"},
	{names: "EMRContainers", prefix: "emr-containers"},
	{names: "EMRServerless", prefix: "emr-serverless"},
	{names: "EntityResolution", prefix: "entityresolution"},
	{names: "EventSchemas", prefix: "schemas"},
	{names: "Evidently", prefix: "evidently"},
	{names: "FIS", prefix: "fis"},
	{names: "FMS", prefix: "fms"},
	{names: "Forecast", prefix: "forecast"},
	{names: "FraudDetector", prefix: "frauddetector"},
	{names: "FSx", prefix: "fsx"},
	{names: "GameLift", prefix: "gamelift"},
	{names: "Glacier", prefix: "glacier", tag: "AddTagsToVault", untag: "RemoveTagsFromVault"},
	{names: "GlobalAccelerator", prefix: "globalaccelerator"},
	{names: "Glue", prefix: "glue"},
	{names: "Grafana", prefix: "grafana"},
	{names: "Greengrass GreengrassV2", prefix: "greengrass"},
	{names: "GroundStation", prefix: "groundstation"},
	{names: "GuardDuty", prefix: "guardduty"},
	{names: "HealthLake", prefix: "healthlake"},
	{names: "ImageBuilder", prefix: "imagebuilder"},
	{names: "Inspector", prefix: "inspector", tag: "SetTagsForResource", untag: "SetTagsForResource", on: "*"},
	{names: "InspectorV2", prefix: "inspector2"},
	{names: "IoT", prefix: "iot"},
	{names: "IoTAnalytics", prefix: "iotanalytics"},
	{names: "IoTCoreDeviceAdvisor", prefix: "iotdeviceadvisor"},
	{names: "IoTEvents", prefix: "iotevents"},
	{names: "IoTSiteWise", prefix: "iotsitewise"},
	{names: "IoTTwinMaker", prefix: "iottwinmaker"},
	{names: "IoTWireless", prefix: "iotwireless"},
	{names: "IVS", prefix: "ivs"},
	{names: "KafkaConnect", prefix: "kafkaconnect"},
	{names: "Kendra", prefix: "kendra"},
	{names: "Kinesis", prefix: "kinesis", tag: "AddTagsToStream TagResource", untag: "RemoveTagsFromStream UntagResource"},
	{names: "KinesisAnalytics KinesisAnalyticsV2", prefix: "kinesisanalytics"},
	{names: "KinesisFirehose", prefix: "firehose", tag: "TagDeliveryStream", untag: "UntagDeliveryStream"},
	{names: "KinesisVideo::SignalingChannel", prefix: "kinesisvideo"},
	{names: "KinesisVideo::Stream", prefix: "kinesisvideo", tag: "TagResource TagStream", untag: "UntagResource UntagStream"},
	{names: "Lex", prefix: "lex"},
	{names: "LicenseManager", prefix: "license-manager"},
	{names: "Lightsail", prefix: "lightsail"},
	{names: "Location", prefix: "geo"},
	{names: "M2", prefix: "m2"},
	{names: "Macie", prefix: "macie2"},
	{names: "MediaConnect", prefix: "mediaconnect"},
	{names: "MediaConvert", prefix: "mediaconvert"},
	{names: "MediaLive", prefix: "medialive", tag: "CreateTags", untag: "DeleteTags"},
	{names: "MediaPackage::Channel MediaPackage::OriginEndpoint", prefix: "mediapackage"},
	{names: "MediaPackage::PackagingConfiguration MediaPackage::PackagingGroup", prefix: "mediapackage-vod"},
	{names: "MediaPackageV2", prefix: "mediapackagev2"},
	{names: "MediaStore", prefix: "mediastore"},
	{names: "MediaTailor", prefix: "mediatailor"},
	{names: "MemoryDB", prefix: "memorydb"},
	{names: "MSK", prefix: "kafka"},
	{names: "MWAA", prefix: "airflow"},
	{names: "NeptuneGraph", prefix: "neptune-graph"},
	{names: "NetworkFirewall", prefix: "network-firewall"},
	{names: "NetworkManager", prefix: "networkmanager"},
	{names: "Oam", prefix: "oam"},
	{names: "OpenSearchServerless", prefix: "aoss", on: "*"},
	{names: "Organizations", prefix: "organizations"},
	{names: "OSIS", prefix: "osis"},
	{names: "Panorama", prefix: "panorama"},
	{names: "PCAConnectorAD", prefix: "pca-connector-ad"},
	{names: "Personalize", prefix: "personalize"},
	{names: "Pinpoint", prefix: "mobiletargeting"},
	{names: "Pipes", prefix: "pipes"},
	{names: "QLDB", prefix: "qldb"},
	{names: "QuickSight", prefix: "quicksight"},
	{names: "RAM", prefix: "ram"},
	{names: "RBin", prefix: "rbin"},
	{names: "Redshift", prefix: "redshift", tag: "CreateTags", untag: "DeleteTags"},
	{names: "RedshiftServerless", prefix: "redshift-serverless"},
	{names: "Rekognition", prefix: "rekognition"},
	{names: "ResilienceHub", prefix: "resiliencehub"},
	{names: "ResourceExplorer2", prefix: "resource-explorer-2"},
	{names: "ResourceGroups", prefix: "resource-groups", tag: "Tag", untag: "Untag"},
	{names: "RoboMaker", prefix: "robomaker"},
	{names: "RolesAnywhere", prefix: "rolesanywhere"},
	{names: "Route53", prefix: "route53", tag: "ChangeTagsForResource", untag: "ChangeTagsForResource"},
	{names: "Route53Profiles", prefix: "route53profiles"},
	{names: "Route53RecoveryControl", prefix: "route53-recovery-control-config"},
	{names: "Route53RecoveryReadiness", prefix: "route53-recovery-readiness"},
	{names: "Route53Resolver", prefix: "route53resolver"},
	{names: "RUM", prefix: "rum"},
	{names: "S3::Job", prefix: "s3", tag: "PutJobTagging", untag: "PutJobTagging"},
	{names: "S3::StorageLens", prefix: "s3", tag: "PutStorageLensConfigurationTagging", untag: "PutStorageLensConfigurationTagging"},
	{names: "S3Express", prefix: "s3express"},
	{names: "S3Tables", prefix: "s3tables"},
	{names: "SageMaker", prefix: "sagemaker", tag: "AddTags", untag: "DeleteTags"},
	{names: "Scheduler", prefix: "scheduler"},
	{names: "SecurityHub", prefix: "securityhub"},
	{names: "ServiceCatalog::CloudFormationProduct", prefix: "servicecatalog", tag: "UpdateProduct", untag: "UpdateProduct"},
	// What a provisioned product is updated with could change everything of it, and has no resource level: it is not granted, and AWS refuses to tag them.
	{names: "ServiceCatalog::CloudFormationProvisionedProduct", prefix: "servicecatalog"},
	{names: "ServiceCatalog::Portfolio", prefix: "servicecatalog", tag: "UpdatePortfolio", untag: "UpdatePortfolio"},
	{names: "ServiceCatalogAppRegistry", prefix: "servicecatalog"},
	{names: "ServiceDiscovery", prefix: "servicediscovery", on: "*"},
	{names: "SES", prefix: "ses"},
	{names: "Shield", prefix: "shield"},
	{names: "Signer", prefix: "signer"},
	{names: "SSMContacts", prefix: "ssm-contacts"},
	{names: "SSMIncidents", prefix: "ssm-incidents"},
	{names: "SSO", prefix: "sso"},
	{names: "StorageGateway", prefix: "storagegateway", tag: "AddTagsToResource", untag: "RemoveTagsFromResource"},
	{names: "SWF", prefix: "swf"},
	{names: "Synthetics", prefix: "synthetics"},
	{names: "Timestream", prefix: "timestream"},
	{names: "Transfer", prefix: "transfer"},
	{names: "VerifiedPermissions", prefix: "verifiedpermissions"},
	{names: "VpcLattice", prefix: "vpc-lattice"},
	{names: "WAF", prefix: "waf"},
	{names: "WAFRegional", prefix: "waf-regional"},
	{names: "WAFv2", prefix: "wafv2"},
	{names: "WellArchitected", prefix: "wellarchitected"},
	{names: "WorkSpaces", prefix: "workspaces", tag: "CreateTags", untag: "DeleteTags", on: "*"},
	{names: "XRay", prefix: "xray"},
}
