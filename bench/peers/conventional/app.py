"""Serializers, views and addresses, in the conventional way: viewsets, a filter set, prefetches, pages of 100."""

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.urls import include, path
from django_filters import rest_framework as filters
from rest_framework import pagination, routers, serializers, viewsets
from rest_framework.filters import SearchFilter
from rest_framework_gis.filters import InBBoxFilter
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from conventional.models import Country, Deposit, DepositCommodity


class Pages(pagination.CursorPagination):
    """Pages without a count, which ours does not give unasked either."""

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1000
    ordering = "id"


class CountedPages(pagination.LimitOffsetPagination):
    """Pages with a count, which is the framework's usual way."""

    default_limit = 100
    max_limit = 1000


class CountrySerializer(serializers.ModelSerializer):
    class Meta:
        model = Country
        fields = ("slug", "name")


class CommoditySerializer(serializers.ModelSerializer):
    slug = serializers.CharField(source="commodity.slug")
    name = serializers.CharField(source="commodity.name")

    class Meta:
        model = DepositCommodity
        fields = ("slug", "name", "role")


_FIELDS = (
    "slug",
    "uid",
    "name",
    "country",
    "admin_area",
    "admin_code",
    "locality",
    "occurrence_type",
    "deposit_type",
    "development_status",
    "discovery_year",
    "commodities",
    "parent",
    "longitude",
    "latitude",
    "location_kind",
    "location_uncertainty_m",
    "uncertainty_basis",
    "version",
    "updated_at",
)


class DepositSerializer(GeoFeatureModelSerializer):
    country = CountrySerializer()
    commodities = CommoditySerializer(many=True)
    parent = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    longitude = serializers.SerializerMethodField()
    latitude = serializers.SerializerMethodField()

    class Meta:
        model = Deposit
        geo_field = "geometry"
        id_field = "slug"
        fields = (*_FIELDS, "geometry")

    def get_longitude(self, deposit):
        return deposit.location.x if deposit.location else None

    def get_latitude(self, deposit):
        return deposit.location.y if deposit.location else None


class DepositFilter(filters.FilterSet):
    country = filters.ModelChoiceFilter(queryset=Country.objects.all(), to_field_name="slug")
    deposit_type = filters.CharFilter()

    class Meta:
        model = Deposit
        fields = ("country", "deposit_type")


class DepositViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = (
        Deposit.objects.filter(record_status="published")
        .select_related("country", "parent")
        .prefetch_related("commodities__commodity")
    )
    serializer_class = DepositSerializer
    pagination_class = Pages
    lookup_field = "slug"
    filter_backends = (filters.DjangoFilterBackend, InBBoxFilter, SearchFilter)
    filterset_class = DepositFilter
    bbox_filter_field = "geometry"
    search_fields = ("names__text",)

    def get_queryset(self):
        deposits = super().get_queryset()
        if near := self.request.query_params.get("near"):
            point = Point(*map(float, near.split(",")), srid=4326)
            return deposits.filter(geometry__isnull=False).annotate(distance=Distance("geometry", point)).order_by("distance")
        return deposits


class NearViewSet(DepositViewSet):
    pagination_class = None

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset)[: int(self.request.query_params.get("limit", 20))]


class CountedViewSet(DepositViewSet):
    pagination_class = CountedPages


router = routers.SimpleRouter()
router.register("deposits", DepositViewSet)
router.register("near", NearViewSet, basename="near")
router.register("counted", CountedViewSet, basename="counted")
urlpatterns = [path("api/", include(router.urls))]
