package events

// A createCall is a call that creates resources, and where CloudTrail's record of it names them. Partition, region, account and id make the ARN: see package arn.
type createCall struct {
	service string // as in the record's eventSource, before the first dot
	name    string // as in the record's eventName
	typ     string // what it creates, as AWS Config spells it
	// at are paths to its ids or ARNs; the first that leads anywhere holds. They begin with request (requestParameters), response (responseElements) or resources. Lists are
	// followed into each item, and letter case does not count.
	at []string
	// found says that the call succeeds, too, where the resource is there already: then it tells neither who created it nor its tags.
	found bool
	// besideType and besideAt are what else it creates.
	besideType, besideAt string
}

// createCalls are the calls that create what can be tagged. Two of one name are of two versions of a service: the first whose path leads anywhere holds. Not here: Auto Scaling
// groups, whose ARN the call does not tell, and the volumes of RunInstances, which its record does not name; tables and databases of Glue, which cannot be tagged.
//
// Source: the API references of the services (responses, and which calls are idempotent) and AWS CloudTrail user guide, "Log event reference". The spelling in records is not
// documented as a whole; it follows the services' own but for the letter case.
var createCalls = []createCall{
	{
		service: "ec2", name: "RunInstances", typ: "AWS::EC2::Instance", at: []string{"response.instancesSet.items.instanceId"},
		besideType: "AWS::EC2::NetworkInterface", besideAt: "response.instancesSet.items.networkInterfaceSet.items.networkInterfaceId",
	},
	{service: "ec2", name: "CreateVolume", typ: "AWS::EC2::Volume", at: []string{"response.volumeId"}},
	{service: "ec2", name: "CreateSnapshot", typ: "AWS::EC2::Snapshot", at: []string{"response.snapshotId"}},
	{service: "ec2", name: "CreateSnapshots", typ: "AWS::EC2::Snapshot", at: []string{"response.snapshotSet.item.snapshotId"}},
	{service: "ec2", name: "CopySnapshot", typ: "AWS::EC2::Snapshot", at: []string{"response.snapshotId"}},
	{service: "ec2", name: "CreateImage", typ: "AWS::EC2::Image", at: []string{"response.imageId"}},
	{service: "ec2", name: "CreateVpc", typ: "AWS::EC2::VPC", at: []string{"response.vpc.vpcId"}},
	{service: "ec2", name: "CreateSubnet", typ: "AWS::EC2::Subnet", at: []string{"response.subnet.subnetId"}},
	{service: "ec2", name: "CreateSecurityGroup", typ: "AWS::EC2::SecurityGroup", at: []string{"response.groupId"}},
	{service: "ec2", name: "CreateNetworkInterface", typ: "AWS::EC2::NetworkInterface", at: []string{"response.networkInterface.networkInterfaceId"}},
	{service: "ec2", name: "CreateInternetGateway", typ: "AWS::EC2::InternetGateway", at: []string{"response.internetGateway.internetGatewayId"}},
	{service: "ec2", name: "CreateEgressOnlyInternetGateway", typ: "AWS::EC2::EgressOnlyInternetGateway", at: []string{"response.egressOnlyInternetGateway.egressOnlyInternetGatewayId"}},
	{service: "ec2", name: "CreateNatGateway", typ: "AWS::EC2::NatGateway", at: []string{"response.natGateway.natGatewayId"}},
	{service: "ec2", name: "CreateRouteTable", typ: "AWS::EC2::RouteTable", at: []string{"response.routeTable.routeTableId"}},
	{service: "ec2", name: "CreateNetworkAcl", typ: "AWS::EC2::NetworkAcl", at: []string{"response.networkAcl.networkAclId"}},
	{service: "ec2", name: "CreateCustomerGateway", typ: "AWS::EC2::CustomerGateway", at: []string{"response.customerGateway.customerGatewayId"}},
	{service: "ec2", name: "CreateVpnGateway", typ: "AWS::EC2::VPNGateway", at: []string{"response.vpnGateway.vpnGatewayId"}},
	{service: "ec2", name: "CreateVpnConnection", typ: "AWS::EC2::VPNConnection", at: []string{"response.vpnConnection.vpnConnectionId"}},
	{service: "ec2", name: "CreateTransitGateway", typ: "AWS::EC2::TransitGateway", at: []string{"response.transitGateway.transitGatewayId"}},
	{service: "ec2", name: "CreateVpcPeeringConnection", typ: "AWS::EC2::VPCPeeringConnection", at: []string{"response.vpcPeeringConnection.vpcPeeringConnectionId"}},
	{service: "ec2", name: "CreateDhcpOptions", typ: "AWS::EC2::DHCPOptions", at: []string{"response.dhcpOptions.dhcpOptionsId"}},
	{service: "ec2", name: "CreateFlowLogs", typ: "AWS::EC2::FlowLog", at: []string{"response.flowLogIdSet.item"}},
	{service: "ec2", name: "CreateLaunchTemplate", typ: "AWS::EC2::LaunchTemplate", at: []string{"response.launchTemplate.launchTemplateId"}},
	{service: "ec2", name: "CreatePlacementGroup", typ: "AWS::EC2::PlacementGroup", at: []string{"response.placementGroup.groupId"}},
	{service: "ec2", name: "CreateCapacityReservation", typ: "AWS::EC2::CapacityReservation", at: []string{"response.capacityReservation.capacityReservationArn"}},
	{service: "ec2", name: "AllocateAddress", typ: "AWS::EC2::EIP", at: []string{"response.allocationId"}},
	{service: "s3", name: "CreateBucket", typ: "AWS::S3::Bucket", at: []string{"request.bucketName"}},
	{service: "lambda", name: "CreateFunction20150331", typ: "AWS::Lambda::Function", at: []string{"response.functionArn"}},
	{service: "rds", name: "CreateDBInstance", typ: "AWS::RDS::DBInstance", at: []string{"response.dBInstanceArn"}},
	{service: "rds", name: "CreateDBCluster", typ: "AWS::RDS::DBCluster", at: []string{"response.dBCluster.dBClusterArn", "response.dBClusterArn"}},
	{service: "rds", name: "CreateDBProxy", typ: "AWS::RDS::DBProxy", at: []string{"response.dBProxy.dBProxyArn"}},
	{service: "dynamodb", name: "CreateTable", typ: "AWS::DynamoDB::Table", at: []string{"response.tableDescription.tableArn"}},
	{service: "kinesis", name: "CreateStream", typ: "AWS::Kinesis::Stream", at: []string{"request.streamName"}},
	{service: "firehose", name: "CreateDeliveryStream", typ: "AWS::KinesisFirehose::DeliveryStream", at: []string{"request.deliveryStreamName"}},
	{service: "sqs", name: "CreateQueue", typ: "AWS::SQS::Queue", at: []string{"response.queueUrl"}, found: true},
	{service: "sns", name: "CreateTopic", typ: "AWS::SNS::Topic", at: []string{"response.topicArn"}, found: true},
	{service: "kms", name: "CreateKey", typ: "AWS::KMS::Key", at: []string{"response.keyMetadata.arn"}},
	{service: "secretsmanager", name: "CreateSecret", typ: "AWS::SecretsManager::Secret", at: []string{"response.arn", "resources.ARN"}},
	{service: "logs", name: "CreateLogGroup", typ: "AWS::Logs::LogGroup", at: []string{"request.logGroupName"}},
	{service: "elasticloadbalancing", name: "CreateLoadBalancer", typ: "AWS::ElasticLoadBalancingV2::LoadBalancer", at: []string{"response.loadBalancers.loadBalancerArn"}, found: true},
	{service: "elasticloadbalancing", name: "CreateLoadBalancer", typ: "AWS::ElasticLoadBalancing::LoadBalancer", at: []string{"request.loadBalancerName"}},
	{service: "elasticloadbalancing", name: "CreateTargetGroup", typ: "AWS::ElasticLoadBalancingV2::TargetGroup", at: []string{"response.targetGroups.targetGroupArn"}, found: true},
	{service: "ecs", name: "CreateCluster", typ: "AWS::ECS::Cluster", at: []string{"response.cluster.clusterArn"}, found: true},
	{service: "ecs", name: "CreateService", typ: "AWS::ECS::Service", at: []string{"response.service.serviceArn"}},
	{service: "ecs", name: "RunTask", typ: "AWS::ECS::Task", at: []string{"response.tasks.taskArn"}},
	{service: "eks", name: "CreateCluster", typ: "AWS::EKS::Cluster", at: []string{"response.cluster.arn"}},
	{service: "eks", name: "CreateNodegroup", typ: "AWS::EKS::Nodegroup", at: []string{"response.nodegroup.nodegroupArn"}},
	{service: "ecr", name: "CreateRepository", typ: "AWS::ECR::Repository", at: []string{"response.repository.repositoryArn"}},
	{service: "elasticfilesystem", name: "CreateFileSystem", typ: "AWS::EFS::FileSystem", at: []string{"response.fileSystemArn"}},
	{service: "fsx", name: "CreateFileSystem", typ: "AWS::FSx::FileSystem", at: []string{"response.fileSystem.resourceARN"}},
	{service: "elasticache", name: "CreateCacheCluster", typ: "AWS::ElastiCache::CacheCluster", at: []string{"response.cacheCluster.aRN", "response.aRN"}},
	{service: "elasticache", name: "CreateReplicationGroup", typ: "AWS::ElastiCache::ReplicationGroup", at: []string{"response.replicationGroup.aRN", "response.aRN"}},
	{service: "memorydb", name: "CreateCluster", typ: "AWS::MemoryDB::Cluster", at: []string{"response.cluster.aRN"}},
	{service: "redshift", name: "CreateCluster", typ: "AWS::Redshift::Cluster", at: []string{"response.clusterIdentifier"}},
	{service: "es", name: "CreateDomain", typ: "AWS::OpenSearch::Domain", at: []string{"response.domainStatus.aRN"}},
	{service: "es", name: "CreateElasticsearchDomain", typ: "AWS::OpenSearch::Domain", at: []string{"response.domainStatus.aRN"}},
	{service: "cloudformation", name: "CreateStack", typ: "AWS::CloudFormation::Stack", at: []string{"response.stackId"}},
	{service: "cloudformation", name: "CreateStackSet", typ: "AWS::CloudFormation::StackSet", at: []string{"response.stackSetId"}},
	{service: "apigateway", name: "CreateRestApi", typ: "AWS::ApiGateway::RestApi", at: []string{"response.id"}},
	{service: "apigateway", name: "CreateApi", typ: "AWS::ApiGatewayV2::Api", at: []string{"response.apiId"}},
	{service: "events", name: "PutRule", typ: "AWS::Events::Rule", at: []string{"response.ruleArn"}, found: true},
	{service: "states", name: "CreateStateMachine", typ: "AWS::StepFunctions::StateMachine", at: []string{"response.stateMachineArn"}},
	{service: "monitoring", name: "PutMetricAlarm", typ: "AWS::CloudWatch::Alarm", at: []string{"request.alarmName"}, found: true},
	{service: "monitoring", name: "PutDashboard", typ: "AWS::CloudWatch::Dashboard", at: []string{"request.dashboardName"}, found: true},
	{service: "ssm", name: "PutParameter", typ: "AWS::SSM::Parameter", at: []string{"request.name"}, found: true},
	{service: "ssm", name: "CreateDocument", typ: "AWS::SSM::Document", at: []string{"response.documentDescription.name"}},
	{service: "acm", name: "RequestCertificate", typ: "AWS::ACM::Certificate", at: []string{"response.certificateArn"}},
	{service: "route53", name: "CreateHostedZone", typ: "AWS::Route53::HostedZone", at: []string{"response.hostedZone.id"}},
	{service: "cloudfront", name: "CreateDistribution", typ: "AWS::CloudFront::Distribution", at: []string{"response.distribution.aRN"}},
	{service: "iam", name: "CreateRole", typ: "AWS::IAM::Role", at: []string{"response.role.arn"}},
	{service: "iam", name: "CreateUser", typ: "AWS::IAM::User", at: []string{"response.user.arn"}},
	{service: "iam", name: "CreatePolicy", typ: "AWS::IAM::Policy", at: []string{"response.policy.arn"}},
	{service: "glue", name: "CreateJob", typ: "AWS::Glue::Job", at: []string{"request.name"}},
	{service: "glue", name: "CreateCrawler", typ: "AWS::Glue::Crawler", at: []string{"request.name"}},
	{service: "elasticmapreduce", name: "RunJobFlow", typ: "AWS::EMR::Cluster", at: []string{"response.jobFlowId"}},
	{service: "emr-serverless", name: "CreateApplication", typ: "AWS::EMRServerless::Application", at: []string{"response.applicationId"}},
	{service: "backup", name: "CreateBackupPlan", typ: "AWS::Backup::BackupPlan", at: []string{"response.backupPlanId"}},
	{service: "backup", name: "CreateBackupVault", typ: "AWS::Backup::BackupVault", at: []string{"response.backupVaultArn"}},
	{service: "codebuild", name: "CreateProject", typ: "AWS::CodeBuild::Project", at: []string{"response.project.arn"}},
	{service: "codepipeline", name: "CreatePipeline", typ: "AWS::CodePipeline::Pipeline", at: []string{"response.pipeline.name"}},
	{service: "dms", name: "CreateReplicationInstance", typ: "AWS::DMS::ReplicationInstance", at: []string{"response.replicationInstance.replicationInstanceArn"}},
	{service: "datasync", name: "CreateTask", typ: "AWS::DataSync::Task", at: []string{"response.taskArn"}},
	{service: "transfer", name: "CreateServer", typ: "AWS::Transfer::Server", at: []string{"response.serverId"}},
	{service: "ds", name: "CreateDirectory", typ: "AWS::DirectoryService::Directory", at: []string{"response.directoryId"}},
	{service: "ds", name: "CreateMicrosoftAD", typ: "AWS::DirectoryService::Directory", at: []string{"response.directoryId"}},
	{service: "ds", name: "ConnectDirectory", typ: "AWS::DirectoryService::Directory", at: []string{"response.directoryId"}},
	{service: "cloudhsm", name: "CreateCluster", typ: "AWS::CloudHSM::Cluster", at: []string{"response.cluster.clusterId"}},
	{service: "cassandra", name: "CreateKeyspace", typ: "AWS::Cassandra::Keyspace", at: []string{"request.keyspaceName"}},
	{service: "sagemaker", name: "CreateNotebookInstance", typ: "AWS::SageMaker::NotebookInstance", at: []string{"response.notebookInstanceArn"}},
	{service: "appsync", name: "CreateGraphqlApi", typ: "AWS::AppSync::GraphQLApi", at: []string{"response.graphqlApi.arn"}},
	{service: "servicecatalog", name: "CreatePortfolio", typ: "AWS::ServiceCatalog::Portfolio", at: []string{"response.portfolioDetail.aRN"}},
	{service: "globalaccelerator", name: "CreateAccelerator", typ: "AWS::GlobalAccelerator::Accelerator", at: []string{"response.accelerator.acceleratorArn"}},
	{
		service: "elasticbeanstalk", name: "CreateEnvironment", typ: "AWS::ElasticBeanstalk::Environment",
		at: []string{"response.environmentArn", "request.applicationName / request.environmentName"},
	},
	{service: "bedrock", name: "CreateAgent", typ: "AWS::Bedrock::Agent", at: []string{"response.agent.agentArn"}},
}
