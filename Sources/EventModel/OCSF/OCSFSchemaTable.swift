/// The attributes of OCSF 1.8.0 that mapping files may set: those of the classes in `EventClass.all` and of the objects in them,
/// as https://schema.ocsf.io/1.8.0 defines them, without profiles (but for those that `EventClass.profiles` names).
///
/// One entry a line, indented lines continue it: `object NAME any(…)` names the attributes of which one must be there; then
/// `name=type`, `name!=type` for a required one, `@object` for an object, `[]` for a list, `(1,2)` for the values of an
/// enumeration.
enum OCSFSchemaTable {
    static let version = "1.8.0"

    static let text = """
        base activity_id!=integer(0,99) activity_name=string category_name=string category_uid!=integer(0) class_name=string
            class_uid!=integer(0) count=integer duration=long end_time=timestamp message=string metadata!=@metadata
            raw_data=string raw_data_size=long severity=string severity_id!=integer(0,1,2,3,4,5,6,99) start_time=timestamp
            status=string status_code=string status_detail=string status_id=integer(0,1,2,99) time!=timestamp
            timezone_offset=integer type_name=string type_uid!=long
        class account_change activity_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,99) actor=@actor auth_factors=@auth_factor[]
            http_request=@http_request http_response=@http_response policies=@policy[] src_endpoint=@network_endpoint user!=@user
            user_result=@user
        class authentication any(service,dst_endpoint) account_switch_type=string account_switch_type_id=integer(0,1,2,99)
            activity_id!=integer(0,1,2,3,4,5,6,7,99) actor=@actor auth_factors=@auth_factor[] auth_protocol=string
            auth_protocol_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,99) dst_endpoint=@network_endpoint http_request=@http_request
            http_response=@http_response is_cleartext=boolean is_mfa=boolean is_new_logon=boolean is_remote=boolean
            logon_type=string logon_type_id=integer(0,1,2,3,4,5,7,8,9,10,11,12,13,99) service=@service session=@session
            src_endpoint=@network_endpoint user!=@user
        class entity_management access_list=string[] access_mask=integer activity_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,99)
            actor=@actor comment=string entity!=@managed_entity entity_result=@managed_entity http_request=@http_request
            http_response=@http_response src_endpoint=@network_endpoint
        class user_access activity_id!=integer(0,1,2,99) actor=@actor http_request=@http_request http_response=@http_response
            privileges!=string[] resources=@resource_details[] src_endpoint=@network_endpoint user!=@user
        class group_management activity_id!=integer(0,1,2,3,4,5,6,7,8,99) actor=@actor group!=@group http_request=@http_request
            http_response=@http_response privileges=string[] resource=@resource_details src_endpoint=@network_endpoint
            subgroup=@group user=@user
        class web_resources_activity activity_id!=integer(0,1,2,3,4,5,6,7,8,99) actor=@actor device=@device
            dst_endpoint=@network_endpoint http_request=@http_request http_response=@http_response src_endpoint=@network_endpoint
            web_resources!=@web_resource[] web_resources_result=@web_resource[]
        class application_lifecycle activity_id!=integer(0,1,2,3,4,5,6,7,8,99) actor=@actor app!=@product device=@device
        class api_activity activity_id!=integer(0,1,2,3,4,99) actor!=@actor api!=@api dst_endpoint=@network_endpoint
            http_request=@http_request http_response=@http_response resources=@resource_details[] src_endpoint!=@network_endpoint
        class file_hosting access_list=string[] access_mask=integer access_result=json
            activity_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,99) actor!=@actor dst_endpoint=@network_endpoint
            expiration_time=timestamp file!=@file file_result=@file http_request=@http_request http_response=@http_response
            share=string share_type=string share_type_id=integer(0,1,2,3,99) src_endpoint!=@network_endpoint
        class datastore_activity any(database,databucket,table) activity_id!=integer(0,1,2,3,4,5,6,7,8,9,10,99) actor!=@actor
            database=@database dst_endpoint=@network_endpoint http_request=@http_request http_response=@http_response
            query_info=@query_info src_endpoint!=@network_endpoint table=@table type=string type_id=integer(0,1,2,3,99)
        class detection_finding activity_id!=integer(0,1,2,3,99) actor=@actor comment=string confidence=string
            confidence_id=integer(0,1,2,3,99) confidence_score=integer device=@device finding_info!=@finding_info impact=string
            impact_id=integer(0,1,2,3,4,99) impact_score=integer is_alert=boolean resources=@resource_details[]
            risk_details=string risk_level=string risk_level_id=integer(0,1,2,3,4,99) risk_score=integer
            status_id=integer(0,1,2,3,4,5,6,99)
        class network_activity any(dst_endpoint,src_endpoint) action=string action_id=integer(0,1,2,3,4,99)
            activity_id!=integer(0,1,2,3,4,5,6,7,99) actor=@actor app_name=string app_protocol_name=string
            connection_info=@network_connection_info device=@device disposition=string
            disposition_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,99)
            dst_endpoint=@network_endpoint firewall_rule=@firewall_rule is_alert=boolean is_src_dst_assignment_known=boolean
            src_endpoint=@network_endpoint traffic=@network_traffic url=@url
        class http_activity any(http_request,http_response) action=string action_id=integer(0,1,2,3,4,99)
            activity_id!=integer(0,1,2,3,4,5,6,7,8,9,99) actor=@actor app_name=string app_protocol_name=string
            connection_info=@network_connection_info device=@device disposition=string
            disposition_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,99)
            dst_endpoint=@network_endpoint file=@file firewall_rule=@firewall_rule http_request=@http_request
            http_response=@http_response is_alert=boolean src_endpoint=@network_endpoint traffic=@network_traffic
        class dns_activity any(dst_endpoint,src_endpoint) action=string action_id=integer(0,1,2,3,4,99)
            activity_id!=integer(0,1,2,6,99) actor=@actor answers=@dns_answer[] app_name=string app_protocol_name=string
            confidence=string confidence_id=integer(0,1,2,3,99) confidence_score=integer
            connection_info=@network_connection_info device=@device disposition=string
            disposition_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,99)
            dst_endpoint=@network_endpoint firewall_rule=@firewall_rule is_alert=boolean query=@dns_query query_time=timestamp
            rcode=string rcode_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,16,17,18,19,20,21,22,23,24,25,99) response_time=timestamp
            risk_details=string risk_level=string risk_level_id=integer(0,1,2,3,4,99) risk_score=integer
            src_endpoint=@network_endpoint traffic=@network_traffic
        class email_activity action=string action_id=integer(0,1,2,3,4,99) activity_id!=integer(0,1,2,3,4,5,99) actor=@actor
            attempt=integer banner=string command=string confidence=string confidence_id=integer(0,1,2,3,99)
            confidence_score=integer device=@device direction=string direction_id!=integer(0,1,2,3,4,99) disposition=string
            disposition_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,99)
            dst_endpoint=@network_endpoint email!=@email email_auth=@email_auth firewall_rule=@firewall_rule from=email
            is_alert=boolean message_trace_uid=string protocol_name=string risk_details=string risk_level=string
            risk_level_id=integer(0,1,2,3,4,99) risk_score=integer smtp_hello=string src_endpoint=@network_endpoint to=email[]
        class tunnel_activity any(connection_info,session,src_endpoint,traffic,tunnel_interface,tunnel_type_id) action=string
            action_id=integer(0,1,2,3,4,99) activity_id!=integer(0,1,2,3,99) actor=@actor app_name=string
            app_protocol_name=string confidence=string confidence_id=integer(0,1,2,3,99) confidence_score=integer
            connection_info=@network_connection_info device=@device disposition=string
            disposition_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,99)
            dst_endpoint=@network_endpoint firewall_rule=@firewall_rule is_alert=boolean protocol_name=string
            risk_details=string risk_level=string risk_level_id=integer(0,1,2,3,4,99) risk_score=integer session=@session
            src_endpoint=@network_endpoint traffic=@network_traffic tunnel_interface=@network_interface tunnel_type=string
            tunnel_type_id=integer(0,1,2,99) user=@user
        class data_security_finding activity_id!=integer(0,1,2,3,4,99) actor=@actor comment=string confidence=string
            confidence_id=integer(0,1,2,3,99) confidence_score=integer data_security=@data_security database=@database
            device=@device dst_endpoint=@network_endpoint file=@file finding_info!=@finding_info is_alert=boolean
            resources=@resource_details[] risk_details=string risk_level=string risk_level_id=integer(0,1,2,3,4,99)
            risk_score=integer src_endpoint=@network_endpoint status_id=integer(0,1,2,3,4,5,6,99) table=@table
        object user any(account,name,uid) account=@account credential_uid=string display_name=string domain=string
            email_addr=email forward_addr=email full_name=string groups=@group[] has_mfa=boolean name=username org=@organization
            phone_number=string risk_level=string risk_level_id=integer(0,1,2,3,4,99) risk_score=integer type=string
            type_id=integer(0,1,2,3,4,99) uid=string uid_alt=string
        object actor any(process,user,invoked_by,session,app_name,app_uid) app_name=string app_uid=string idp=@idp
            invoked_by=string session=@session user=@user
        object network_endpoint any(ip,uid,name,hostname,svc_name,instance_uid,interface_uid,interface_name,domain)
            autonomous_system=@autonomous_system domain=string hostname=hostname instance_uid=string interface_name=string
            interface_uid=string intermediate_ips=ip[] ip=ip isp=string isp_org=string location=@location mac=mac
            mac_vendor=string name=string network_scope=string network_scope_id=integer(0,1,2,99) os=@os owner=@user pool=@group
            port=port subnet_uid=string svc_name=string type=string type_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,99)
            uid=string vlan_uid=string vpc_uid=string zone=string
        object metadata correlation_uid=string debug=string[] event_code=string is_truncated=boolean labels=string[]
            log_format=string log_level=string log_name=string log_provider=string log_source=string log_version=string
            logged_time=timestamp modified_time=timestamp original_event_uid=string original_time=string processed_time=timestamp
            product!=@product profiles=string[] sequence=integer source=string tenant_uid=string transmit_time=timestamp
            type=string uid=string untruncated_size=integer version!=string
        object product any(name,uid) cpe_name=string lang=string name=string path=string uid=string url_string=url
            vendor_name=string version=string
        object api group=@group operation!=string request=@request response=@response service=@service version=string
        object service any(name,uid) labels=string[] name=string uid=string version=string
        object http_request args=string body_length=integer http_method=string length=integer referrer=string uid=string url=@url
            user_agent=string version=string x_forwarded_for=ip[]
        object url any(url_string,path) categories=string[]
            domain=string hostname=hostname path=string port=port query_string=string resource_type=string scheme=string
            subdomain=string url_string=url
        object location any(city,country,postal_code,region) aerial_height=string city=string continent=string coordinates=float[]
            country=string desc=string geodetic_altitude=string geodetic_vertical_accuracy=string geohash=string
            horizontal_accuracy=string is_on_premises=boolean isp=string lat=float long=float postal_code=string
            pressure_altitude=string provider=string region=string
        object managed_entity any(name,uid,device,group,org,policy,user) data=json device=@device group=@group location=@location
            name=string org=@organization policy=@policy type=string type_id=integer(0,1,2,3,4,5,6,7,99) uid=string user=@user
            version=string
        object group any(name,uid) desc=string domain=string name=string privileges=string[] type=string uid=string uid_alt=string
        object policy any(name,type,uid) data=json desc=string group=@group is_applied=boolean name=string type=string uid=string
            version=string
        object fingerprint algorithm=string
            algorithm_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,99) value!=file_hash
        object file accessed_time=timestamp accessor=@user attributes=integer company_name=string confidentiality=string
            confidentiality_id=integer(0,1,2,3,4,5,6,99) created_time=timestamp creator=@user desc=string drive_type=string
            drive_type_id=integer(0,1,2,3,4,5,99) ext=string hashes=@fingerprint[] imported_symbols=string[] internal_name=string
            is_deleted=boolean is_encrypted=boolean is_readonly=boolean is_system=boolean mime_type=string
            modified_time=timestamp modifier=@user name!=file_name owner=@user parent_folder=string path=file_path
            product=@product security_descriptor=string size=long type=string type_id!=integer(0,1,2,3,4,5,6,7,8,99) uid=string
            uri=url url=@url version=string volume=string
        object web_resource any(name,uid) created_time=timestamp data=json desc=string labels=string[] modified_time=timestamp
            name=string type=string uid=resource_uid uid_alt=resource_uid url_string=url
        object resource_details any(name,uid) created_time=timestamp criticality=string data=json group=@group hostname=hostname
            ip=ip is_backed_up=boolean labels=string[] modified_time=timestamp name=string namespace=string owner=@user
            role=string role_id=integer(0,1,2,3,4,99) type=string uid=resource_uid uid_alt=resource_uid version=string
        object organization any(name,uid) name=string ou_name=string ou_uid=string uid=string
        object autonomous_system any(number,name) name=string number=integer
        object auth_factor device=@device email_addr=email factor_type=string
            factor_type_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,99) is_hotp=boolean is_totp=boolean phone_number=string
            provider=string security_questions=string[]
        object session count=integer created_time=timestamp credential_uid=string expiration_reason=string
            expiration_time=timestamp is_mfa=boolean is_remote=boolean is_vpn=boolean issuer=string terminal=string uid=string
            uid_alt=string uuid=uuid
        object finding_info created_time=timestamp data_sources=string[] desc=string first_seen_time=timestamp
            last_seen_time=timestamp modified_time=timestamp product=@product product_uid=string related_events_count=integer
            src_url=url title=string types=string[] uid!=string uid_alt=string
        object account any(name,uid) is_disabled=boolean is_locked=boolean is_on_premises_sync_enabled=boolean labels=string[]
            name=string type=string type_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,99) uid=string
        object idp any(name,uid) auth_factors=@auth_factor[] domain=string has_mfa=boolean issuer=string name=string
            protocol_name=string state=string state_id=integer(0,1,2,3,4,99) tenant_uid=string uid=string url_string=url
        object request data=json flags=string[] uid!=string
        object response code=integer data=json error=string error_message=string flags=string[] message=string
        object http_response body_length=integer code!=integer content_type=string latency=integer length=integer message=string
            status=string
        object database any(name,uid) created_time=timestamp desc=string embedding_model=string groups=@group[]
            modified_time=timestamp name=string size=long type=string type_id!=integer(0,1,2,3,4,5,6,7,8,99) uid=string
        object table any(name,uid) created_time=timestamp desc=string groups=@group[] modified_time=timestamp name=string
            size=long uid=string
        object device any(ip,uid,name,hostname,instance_uid,interface_uid,interface_name) autoscale_uid=string boot_time=timestamp
            boot_uid=string created_time=timestamp desc=string domain=string eid=string first_seen_time=timestamp groups=@group[]
            hostname=hostname hypervisor=string iccid=string imei=string imei_list=string[] instance_uid=string
            interface_name=string interface_uid=string ip=ip is_backed_up=boolean is_compliant=boolean is_managed=boolean
            is_mobile_account_active=boolean is_personal=boolean is_shared=boolean is_supervised=boolean is_trusted=boolean
            last_seen_time=timestamp location=@location mac=mac mac_vendor=string meid=string model=string modified_time=timestamp
            name=string org=@organization os=@os os_machine_uuid=uuid owner=@user pool=@group region=string risk_level=string
            risk_level_id=integer(0,1,2,3,4,99) risk_score=integer subnet=subnet subnet_uid=string type=string
            type_id!=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,99) udid=string uid=string uid_alt=string vendor_name=string
            vlan_uid=string vpc_uid=string zone=string
        object os build=string country=string cpe_name=string cpu_bits=integer edition=string kernel_release=string lang=string
            name!=string sp_name=string sp_ver=integer type=string type_id!=integer(0,99,100,101,200,201,300,301,302,400,401,402)
            version=string
        object network_connection_info boundary=string boundary_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,99) community_uid=string
            direction=string direction_id!=integer(0,1,2,3,4,99) flag_history=string protocol_name=string protocol_num=integer
            protocol_ver=string protocol_ver_id=integer(0,4,6,99) session=@session tcp_flags=integer uid=string
        object network_traffic bytes=long bytes_in=long bytes_missed=long bytes_out=long chunks=long chunks_in=long
            chunks_out=long end_time=timestamp packets=long packets_in=long packets_out=long start_time=timestamp
        object firewall_rule any(name,uid) category=string condition=string desc=string duration=long match_details=string[]
            match_location=string name=string rate_limit=integer sensitivity=string type=string uid=string version=string
        object dns_query class=string hostname!=hostname opcode=string opcode_id=integer(0,1,2,3,4,5,6,99) packet_uid=integer
            type=string
        object dns_answer class=string packet_uid=integer rdata!=string ttl=integer type=string
        object email any(from,to) cc=email[] cc_mailboxes=string[] delivered_to=email delivered_to_list=email[] files=@file[]
            from=email from_list=email[] from_mailbox=string from_mailboxes=email[] is_read=boolean message_uid=string
            raw_header=string reply_to=email reply_to_list=email[] reply_to_mailboxes=string[] return_path=email sender=email
            sender_mailbox=string size=long smtp_from=email smtp_to=email[] subject=string to=email[] to_mailboxes=string[]
            uid=string urls=@url[] x_originating_ip=ip[]
        object email_auth dkim=string dkim_domain=string dkim_signature=string dmarc=string dmarc_override=string
            dmarc_policy=string spf=string
        object network_interface any(ip,mac,name,hostname,uid) hostname=hostname ip=ip mac=mac name=string namespace=string
            subnet_prefix=integer type=string type_id=integer(0,1,2,3,4,99) uid=string
        object data_security any(data_lifecycle_state_id,detection_pattern,detection_system_id) category=string
            category_id=integer(0,1,2,3,4,5,6,99) confidentiality=string confidentiality_id=integer(0,1,2,3,4,5,6,99)
            data_lifecycle_state=string data_lifecycle_state_id=integer(0,1,2,3,99) detection_pattern=string
            detection_system=string detection_system_id=integer(0,1,2,3,4,5,6,7,8,9,10,11,12,99) pattern_match=string
            size=long src_url=url status=string status_details=string[] status_id=integer(0,1,2,3,99) total=integer uid=string
        object query_info bytes=long data=json name=string query_string!=string query_time=timestamp uid=string
        """
}
