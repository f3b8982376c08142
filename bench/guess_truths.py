"""What the columns of real files mean: file → column → key of the record, as a person who knows the file would map them.

A column that the registry has no place for is left out. Only names of columns stand here; the files stay with their publishers.
"""

#: The columns of two files of the US Geological Survey that were written by one hand.
_SITES = {
    "record_id": "external_id",
    "name": "name",
    "aliases": "other_names",
    "country_raw": "country",
    "state_or_province": "admin_area",
    "latitude": "location",
    "longitude": "location",
    "other_commodities": "commodities",
    "deposit_type_raw": "deposit_type",
}
#: Files at hand when the words of headers were first collected.
AT_HAND: dict[str, dict[str, str]] = {
    "usgs/ree_ofr02189.csv": _SITES,
    "usgs/mrds_ree_sites.csv": {
        "dep_id": "external_id",
        "name": "name",
        "other_names": "other_names",
        "country_raw": "country",
        "state_or_province": "admin_area",
        "latitude": "location",
        "longitude": "location",
        "ree_elements": "commodities",
        "other_commodities": "commodities",
    },
    "usgs/major_deposits.csv": _SITES,
    "licences/wa_tenements_221.geojson": {
        "tenid": "external_id",
        "fmt_tenid": "number",
        "type": "kind",
        "tenstatus": "status",
        "startdate": "applied",
        "grantdate": "granted",
        "enddate": "expires",
        "legal_area": "declared_area_km2",
        "unit_of_me": "declared_area_km2",
        **{f"holder{number}": "parties" for number in range(1, 10)},
    },
    "licences/wa_tenements_centroids_29882.csv": {
        "tenid": "external_id",
        "type_from_prefix": "kind",
        "holders": "parties",
    },
    "australia/ga_critical_minerals_354.xlsx": {
        "Name": "name",
        "State": "admin_area",
        "Latitude": "location",
        "Longitude": "location",
        "Status": "development_status",
        "Commodity Group": "commodities",
    },
}

#: Files found later, which were first guessed with no word of theirs known.
FOUND: dict[str, dict[str, str]] = {
    # US Geological Survey, Lithium Deposits in the United States (USMIN).
    "usgs_li_Site.csv": {
        "Site_ID *": "external_id",
        "Site_Name": "name",
        "Other_Name": "other_names",
        "Commodity": "commodities",
        "Approx_Lon": "location",
        "Approx_Lat": "location",
        "Remarks": "description",
    },
    "usgs_li_Loc_Pt.csv": {
        "Ftr_ID *": "external_id",
        "Ftr_Name": "name",
        "Other_Name": "other_names",
        "State": "admin_area",
        "Commodity": "commodities",
        "Lat_WGS84": "location",
        "Long_WGS84": "location",
        "Remarks": "description",
    },
    "usgs_li_GeolMinOcc.csv": {
        "Ftr_ID *": "external_id",
        "Ftr_Name": "name",
        "Ftr_Type": "occurrence_type",
        "Commodity": "commodities",
        "Value_Mat": "ore_minerals",
        "Min_Style": "deposit_type",
        "Min_Age": "age",
        "Host_Litho": "host_rock",
        "Remarks": "description",
    },
    "usgs_li_Resources.csv": {
        "Ftr_Name": "deposit",
        "Material": "commodity",
        "Rsrc_Date": "effective",
        "Grade": "grades",
        "Grade_Unit": "grades",
        "CutOffGrad": "cutoff_as_printed",
        "Contained": "contained_tonnes",
        "Cont_Units": "contained_tonnes",
        "Rsrc_Class": "category",
        "Rsrc_Descr": "stage",
        "Rsrc_Code": "reporting_code",
    },
    # US Geological Survey, Alaska Resource Data File, an extract.
    "ardf.csv": {
        "deposit_id": "external_id",
        "deposit_name": "name",
        "deposit_model": "deposit_type",
        "latitude": "location",
        "longitude": "location",
    },
    # MinCan, past and present productive mines of Canada.
    "mincan.csv": {
        "namemine": "name",
        "town": "locality",
        "province": "admin_area",
        "latitude": "location",
        "longitude": "location",
        "information": "description",
        **{f"commodity{number}": "commodities" for number in range(1, 9)},
    },
    # Natural Resources Canada, critical minerals, an extract.
    "nl_critical.geojson": {
        "name": "name",
        "ProvincesEN": "admin_area",
        "CommoditiesEN": "commodities",
        "DevelopmentStageEN": "development_status",
    },
    # Agência Nacional de Mineração (Brazil), SIGMINE, an extract.
    "tenements_atl.geojson": {
        "processo": "number",
        "fase": "kind",
        "substancia": "commodities",
        "titular": "parties",
        "area_ha": "declared_area_km2",
    },
    # Secretaría de Energía (Argentina), concessions of hydrocarbons.
    "isat.geojson": {"codigo": "number", "nombre": "name", "operadora": "parties"},
    # US Bureau of Land Management, geothermal leases of California.
    "blm_leases.csv": {
        "serial_nr_full": "number",
        "ttl_case_acres": "declared_area_km2",
        "commodity_txt": "commodities",
        "case_disp_txt": "status",
        "casetype_txt": "kind",
    },
    # FINEPRINT, an open database on global coal and metal mine production, sheet of mines.
    "fineprint.xlsx": {
        "mine_fac": "name",
        "mine_other_names": "other_names",
        "country": "country",
        "state": "admin_area",
        "location_municipality": "locality",
        "latitude": "location",
        "longitude": "location",
        "commodities_products": "commodities",
        "activity_status": "development_status",
        "comment": "description",
    },
    # A list of mines of North America, with their owners.
    "mines_toronto.xlsx": {
        "MineID": "external_id",
        "MineName": "name",
        "Development Stage": "development_status",
        "Lat": "location",
        "Lon": "location",
    },
    # International Institute for Applied Systems Analysis, complexes of phosphate rock.
    "phosphate_complexes.csv": {
        "Name": "name",
        "Country": "country",
        "Subnational_area": "admin_area",
        "Rock_type": "deposit_type",
        "Status": "development_status",
    },
    # Abandoned and operating mines of South Africa.
    "za_mines.csv": {
        "Mine Name": "name",
        "Region": "admin_area",
        "Mineral": "commodities",
        "lon": "location",
        "lat": "location",
    },
}
