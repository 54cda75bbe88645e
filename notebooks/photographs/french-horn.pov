// A French horn on a table with a gray cloth behind. Lengths are in tens of centimeters.
#include "common.inc"

camera {
  location <0.2, 2.7, -12> look_at <-0.25, 1.66, 0> angle 27.5 right x * image_width / image_height
  aperture 0.22 focal_point <0.6, 1.6, -0.8> blur_samples 48 confidence 0.95 variance 1/3000
}

// A window, and a lamp for the shadows' side; boxes of light are what the brass mirrors.
light_source { <-14, 13, -12> color rgb <1.0, 0.95, 0.86> * 1.7
  area_light <4, 0, 0>, <0, 4, 0>, 4, 4 adaptive 0 jitter circular orient }
light_source { <14, 8, -10> color rgb <1.0, 0.80, 0.58> * 0.4 shadowless }
#macro Panel(At, Wide, High, Color)
  box { <-Wide, -High, 0>, <Wide, High, 0.01> pigment { color Color }
    finish { ambient 0 diffuse 0 emission 1 } no_shadow no_image
    rotate degrees(atan2(At.x, At.z)) * y translate At }
#end
#for (Across, 0, 1) #for (Up, 0, 1) Panel(<-12 + 3.2 * Across, 5.5 + 4.2 * Up, -11 - 1.6 * Across>, 1.5, 1.95,
  rgb <1.25, 1.22, 1.15>) #end #end
Panel(<14, 6, -8>, 2.2, 4.5, rgb <0.95, 0.75, 0.52>)
Panel(<0, 5, -26>, 14, 8, rgb <0.30, 0.26, 0.22>)
box { <-20, 13, -20>, <20, 13.1, 6> pigment { color rgb <0.42, 0.39, 0.35> }
  finish { ambient 0 diffuse 0 emission 0.7 } no_shadow }

#declare Brass = texture {
  pigment { bozo turbulence 0.5 scale 0.6 color_map { [0.2 color rgb <0.80, 0.50, 0.16>]
    [0.8 color rgb <0.72, 0.42, 0.12>] } }
  normal { average normal_map { [1 bumps 0.02 scale 0.25] [1 granite 0.008 scale 0.4] } }
  finish { ambient 0 diffuse 0.22 specular 0.9 roughness 0.012 metallic reflection { 0.62 metallic } brilliance 2 }
}
#declare Nickel = texture {
  pigment { color rgb <0.66, 0.65, 0.61> }
  normal { granite 0.01 scale 0.3 }
  finish { ambient 0 diffuse 0.22 specular 0.9 roughness 0.01 metallic reflection { 0.55 metallic } }
}

// A tube through an arc around Center from angle From to To, in degrees, with its radius going from R1 to R2.
#macro Arc(Center, Radius, From, To, R1, R2, Depth1, Depth2)
  sphere_sweep {
    cubic_spline 27,
    #for (Knot, -1, 25)
      #local Share = Knot / 24;
      #local Angle = radians(From + (To - From) * Share);
      Center + <Radius * cos(Angle), Radius * sin(Angle), Depth1 + (Depth2 - Depth1) * Share>, R1 + (R2 - R1) *
        max(0, Share)
    #end
    tolerance 0.00005
  }
#end
#macro Ring(At, Along, Radius)
  cylinder { At - Along, At + Along, Radius texture { Nickel } }
#end

#declare Horn = union {
  // The tail of the bell: from the valves over the top and the left to the bottom, ever wider.
  object { Arc(<0, 0, 0>, 1.32, 20, 272, 0.072, 0.235, 0.12, -0.05) }
  // The bell, on along the tangent: a thin flare, open towards the right.
  union {
    lathe {
      cubic_spline 15
      <0.20, -0.4>, <0.232, -0.05>, <0.262, 0.30>, <0.31, 0.65>, <0.39, 0.98>, <0.53, 1.28>, <0.76, 1.53>,
        <1.10, 1.70>, <1.36, 1.755>, <1.385, 1.775>, <1.36, 1.785>, <1.08, 1.735>, <0.72, 1.56>, <0.49, 1.29>,
        <0.36, 1.0>
    }
    lathe { cubic_spline 8 <0.72, 1.56>, <0.49, 1.29>, <0.35, 0.98>, <0.27, 0.65>, <0.22, 0.30>, <0.18, -0.05>,
      <0.1, -0.2>, <0.02, -0.3> }
    torus { 1.375, 0.030 translate 1.77 * y }
    torus { 0.275, 0.022 translate 0.40 * y texture { Nickel } }
    torus { 0.29, 0.022 translate 0.48 * y texture { Nickel } }
    scale <0.88, 1, 0.88> rotate -88 * z translate <0.02, -1.32, -0.05>
  }
  // Coils within.
  object { Arc(<0, 0, 0.16>, 1.13, -10, 330, 0.066, 0.066, 0, 0.08) }
  object { Arc(<0.02, 0.02, 0.05>, 0.99, 30, 300, 0.066, 0.066, 0.02, 0.10) }
  object { Arc(<0, 0, 0.30>, 1.22, 60, 250, 0.066, 0.066, 0, -0.05) }
  object { Arc(<0.30, -0.52, 0.20>, 0.47, 150, 380, 0.062, 0.062, 0, 0.05) }
  // The lead pipe, from the right over the top to the mouthpiece at the left.
  sphere_sweep {
    cubic_spline 10,
    <0.9, -1.3, 0.3>, 0.066, <1.25, -0.6, 0.28>, 0.066, <1.46, 0.1, 0.22>, 0.064, <1.36, 0.85, 0.12>, 0.060,
      <0.85, 1.42, 0.0>, 0.056, <0.10, 1.66, -0.1>, 0.052, <-0.75, 1.62, -0.2>, 0.048, <-1.55, 1.36, -0.3>, 0.044,
      <-2.25, 1.06, -0.38>, 0.042, <-2.6, 0.9, -0.42>, 0.042
    tolerance 0.00005
  }
  union {
    cone { 0, 0.045, <0.45, 0, 0>, 0.055 } cone { <0.45, 0, 0>, 0.055, <0.62, 0, 0>, 0.115 }
      torus { 0.105, 0.022 rotate 90 * z translate 0.62 * x }
    rotate 180 * y rotate 24 * z rotate -6 * y translate <-2.22, 1.07, -0.378> texture { Nickel }
  }
  // Slides: pairs of straight tubes with a bow, and ferrules.
  #macro Slide(At, Long, Gap, Turn)
    union {
      cylinder { <0, Gap, 0>, <Long, Gap, 0>, 0.062 } cylinder { <0, -Gap, 0>, <Long, -Gap, 0>, 0.062 }
      intersection { torus { Gap, 0.062 rotate 90 * x } plane { -x, 0 } translate Long * x }
      #for (Side, -1, 1, 2)
        cylinder { <Long * 0.42, Side * Gap, 0>, <Long * 0.5, Side * Gap, 0>, 0.082 texture { Nickel } }
        cylinder { <Long * 0.96, Side * Gap, 0>, <Long, Side * Gap, 0>, 0.078 texture { Nickel } }
        cylinder { <Long * 0.5, Side * Gap, 0>, <Long * 0.96, Side * Gap, 0>, 0.068 texture { Nickel } }
      #end
      sphere { <Long + Gap + 0.09, 0, 0>, 0.055 texture { Nickel } }
      rotate Turn * z translate At
    }
  #end
  Slide(<-0.25, -0.30, -0.22>, 0.75, 0.15, 196)
  Slide(<-0.20, 0.12, -0.24>, 0.62, 0.13, 172)
  Slide(<-0.05, 0.46, -0.22>, 0.66, 0.14, 148)
  Slide(<0.45, 0.10, -0.05>, 0.50, 0.16, -28)
  Slide(<0.2, -0.35, 0.02>, 0.72, 0.14, -70)
  // Three rotary valves with their caps, stop arms and levers.
  #for (Number, 0, 2)
    union {
      cylinder { <0, 0, -0.34>, <0, 0, 0.30>, 0.235 }
      torus { 0.235, 0.028 rotate 90 * x translate -0.33 * z texture { Nickel } }
      cylinder { <0, 0, -0.36>, <0, 0, -0.34>, 0.225 texture { Nickel } }
      cylinder { <0, 0, -0.44>, <0, 0, -0.34>, 0.07 texture { Nickel } }
      cylinder { <0, 0, -0.46>, <0, 0, -0.44>, 0.045 }
      box { <-0.03, 0, -0.42>, <0.03, 0.34, -0.38> rotate 40 * z texture { Nickel } }
      sphere { <0, 0.34, -0.40>, 0.045 rotate 40 * z texture { Nickel } }
      translate <-0.06 + 0.20 * Number, -0.42 + 0.47 * Number, -0.02>
    }
    sphere_sweep { cubic_spline 6, <-0.2 + 0.2 * Number, -0.2 + 0.47 * Number, -0.42>, 0.03,
      <-0.25 + 0.2 * Number, -0.17 + 0.47 * Number, -0.42>, 0.03,
      <-0.55 + 0.15 * Number, 0.25 + 0.36 * Number, -0.46>, 0.03, <-0.75 + 0.1 * Number, 0.85 + 0.18 * Number, -0.48>,
      0.03, <-0.92 + 0.14 * Number, 1.30 + 0.06 * Number, -0.42>, 0.035, <-1, 1.4, -0.4>, 0.03 texture { Nickel } }
    sphere { 0, 0.12 scale <1, 0.3, 0.8> translate <-0.92 + 0.14 * Number, 1.33 + 0.06 * Number, -0.42>
      texture { Nickel } }
  #end
  // Braces.
  #for (Number, 0, 5)
    cylinder { <0.92, 0, 0.1>, <1.34, 0, 0.05>, 0.028 rotate (75 + 32 * Number) * z texture { Nickel } }
    sphere { 0, 0.07 scale <0.5, 1, 1> translate <1.24, 0, 0.04> rotate (75 + 32 * Number) * z texture { Nickel } }
  #end
  texture { Brass }
}
object { Horn rotate <0, 28, 0> rotate 8 * z translate <-0.45, 2.02, 0> }

// The table, and a heavy cloth hung behind.
plane {
  y, -0.05
  texture {
    pigment { wood turbulence <0.05, 0.1, 0.3> octaves 5 scale <0.32, 0.32, 4> rotate <2, 82, 3> translate 9
      color_map { [0 color rgb <0.16, 0.070, 0.030>] [0.5 color rgb <0.27, 0.125, 0.055>]
      [0.9 color rgb <0.18, 0.080, 0.036>] } }
    normal { granite 0.03 scale 2 }
    finish { ambient 0 diffuse 0.7 specular 0.3 roughness 0.03 reflection { 0.02, 0.40 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
}
plane {
  -z, -4.5
  texture {
    pigment { bozo turbulence 0.4 scale 3 color_map { [0 color rgb <0.16, 0.17, 0.19>]
      [1 color rgb <0.22, 0.235, 0.26>] } }
    normal { average normal_map { [2 gradient x 0.8 sine_wave scale 1.3 turbulence 0.25 rotate 4 * z] [1 bumps 0.25
      scale 0.03] } }
    finish { ambient 0 diffuse 0.8 }
  }
}
